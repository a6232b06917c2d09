import type { io } from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import { ReverieError } from '../../core/errors.js';
import { isRecord } from '../../core/snapshot.js';
import { readGiven, withGiven } from '../../files/given-file.js';

/** A model as TensorFlow.js keeps it in a folder: `model.json` and the files of weights that it names. */
export interface ModelFiles {
  readonly kind: 'layers' | 'graph';
  readonly artifacts: io.ModelArtifacts;
}

const limits = { topologyBytes: 2 ** 27, weightBytes: 2 ** 31 };
const remedy = 'give a folder as tensorflowjs_converter or model.save() writes it';
const weights = { what: 'the weights of a model', remedy, maxBytes: limits.weightBytes };

/**
 * Reads a model's files. They are data alone: nothing in them is run but the operations that TensorFlow.js knows.
 *
 * @param folder that has `model.json`
 * @throws ReverieError `bad-data` when a file is missing or too large, names a file outside the folder, or the weights are
 *   not as many bytes as it says
 */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const path = join(folder, 'model.json');
  const what = "a TensorFlow.js model's model.json";
  const text = (await readGiven(path, { maxBytes: limits.topologyBytes, what, remedy })).toString('utf8');
  const model = parsed(text, path);
  const topology = model['modelTopology'];
  if (!isRecord(topology)) throw bad(path, 'it has no modelTopology');
  const groups = model['weightsManifest'];
  if (!Array.isArray(groups) || !groups.every(isGroup)) throw bad(path, 'its weightsManifest is damaged');
  const weightSpecs = groups.flatMap((group) => group.weights);
  const weightData = await readWeights(
    folder,
    groups.flatMap((group) => group.paths),
    path,
  );
  const signature = model['signature'];
  return {
    kind: kindOf(model['format'], topology),
    artifacts: {
      modelTopology: topology,
      weightSpecs,
      weightData,
      ...(isRecord(signature) ? { signature } : {}),
    },
  };
}

/** Models of before 2019 do not say what they are; a graph is a list of nodes. */
function kindOf(format: unknown, topology: Readonly<Record<string, unknown>>): ModelFiles['kind'] {
  if (format === 'graph-model') return 'graph';
  if (format === 'layers-model') return 'layers';
  return Array.isArray(topology['node']) ? 'graph' : 'layers';
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw bad(path, 'it is no JSON', cause);
  }
  if (!isRecord(json)) throw bad(path, 'it is no JSON object');
  return json;
}

interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: io.WeightsManifestEntry[];
}

function isGroup(group: unknown): group is WeightGroup {
  if (!isRecord(group)) return false;
  const { paths, weights } = group as Partial<Record<keyof WeightGroup, unknown>>;
  return (
    Array.isArray(paths) &&
    paths.every((path) => typeof path === 'string') &&
    Array.isArray(weights) &&
    weights.every((weight) => isRecord(weight) && typeof weight['name'] === 'string' && Array.isArray(weight['shape']))
  );
}

/** All files of weights, one after the other. */
async function readWeights(folder: string, names: readonly string[], path: string): Promise<ArrayBuffer> {
  const sizes: number[] = [];
  for (const name of names) {
    if (!/^[\w.-]+$/.test(name) || name === '..' || name === '.') {
      throw bad(path, `it names the weights ${JSON.stringify(name)}, which is no file in its folder`);
    }
    sizes.push(await withGiven(join(folder, name), weights, ({ size }) => Promise.resolve(size)));
  }
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total > limits.weightBytes) throw bad(path, `its weights are ${total} bytes, over ${limits.weightBytes}`);
  const all = new Uint8Array(new ArrayBuffer(total));
  let at = 0;
  for (const [i, name] of names.entries()) {
    const maxBytes = sizes[i] ?? 0;
    const bytes = await readGiven(join(folder, name), { ...weights, maxBytes });
    all.set(bytes, at);
    at += bytes.length;
  }
  return all.buffer;
}

function bad(path: string, what: string, cause?: unknown): ReverieError {
  return new ReverieError('bad-data', `${path} is no TensorFlow.js model: ${what}; ${remedy}`, { cause });
}
