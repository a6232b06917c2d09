import { isDeepStrictEqual } from 'node:util';
import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import { jsonDifferences } from '../core/json-difference.js';
import { RandomStreams } from '../core/random.js';
import { shortList } from '../core/short-list.js';
import { isRecord, type Json } from '../core/snapshot.js';
import type { Warning } from '../core/warning.js';
import { pull } from '../streams/pull.js';
import type { BranchPoint } from './branch-run.js';
import { Evaluator } from './evaluator.js';
import { EventLoopYielder } from './event-loop-yielder.js';
import type { RunSetup } from './run-setup.js';
import { taskDifference } from './task-difference.js';

/**
 * Makes sure that a run can go on from the end of a task of another one: its stream must have the same tasks up to there, its
 * samples the same shape and scale, and its learner must take over what was saved. Everything else may be other, also the data.
 *
 * Cost: a learner is made and restored.
 *
 * @returns what is doubtful: it goes on with other data
 * @throws ReverieError `bad-usage` with what differs, and what may
 */
export async function checkBranch(setup: RunSetup, point: BranchPoint): Promise<readonly Warning[]> {
  const difference =
    reachDifference(setup, point) ?? (await streamDifference(setup, point)) ?? (await learnerDifference(setup, point));
  if (difference === undefined) return dataWarnings(setup, point);
  const { run, after } = point.origin;
  throw new ReverieError(
    'bad-usage',
    `scenario "${setup.scenario}" cannot go on from ${run} after task ${after}: ${difference}; tasks up to there, shape and scale ` +
      'of samples, and the networks of learner and memory must be the same, later tasks, training and data may differ',
  );
}

function reachDifference({ stream: { length = Infinity } }: RunSetup, { origin }: BranchPoint): string | undefined {
  if (length > origin.after) return undefined;
  return `nothing is left to learn, for it has ${length} tasks, and ${origin.after} were learnt`;
}

/** In what the tasks up to the branch differ: their samples, their classes, or what is measured. */
async function streamDifference(
  { stream, samples }: RunSetup,
  { origin, stored }: BranchPoint,
): Promise<string | undefined> {
  const { state, samples: before } = stored.checkpoint;
  const { signal } = new AbortController();
  const evaluator = new Evaluator(stream.evaluation, new EventLoopYielder(() => performance.now()), signal);
  for await (const experience of pull(stream.experiences, signal)) {
    if (!isDeepStrictEqual([...experience.train.shape], state.sampleShape)) {
      const [there, here] = [state.sampleShape, experience.train.shape].map((shape) => `[${shape.join(', ')}]`);
      return `samples had the shape ${there ?? ''}, but this run's have ${here ?? ''}`;
    }
    evaluator.see(experience);
    const difference = taskDifference(state, experience, evaluator.seen);
    if (difference !== undefined) return `its ${difference}`;
    if (experience.index >= origin.after) break;
  }
  const [scale, ownScale] = [before?.scale, samples?.scale];
  if (scale === undefined || isDeepStrictEqual(scale, ownScale)) return undefined;
  return "values of samples were scaled otherwise than this run's";
}

/** In what a learner differs from the one that was saved, so that it cannot go on as that. */
async function learnerDifference(setup: RunSetup, { origin, stored }: BranchPoint): Promise<string | undefined> {
  const { checkpoint } = stored;
  const learner = await setup.createLearner(new RandomStreams(setup.seed));
  const parts = learner.memory === undefined ? ['learners'] : ['learners', 'memory'];
  const differences = parts.flatMap((key) => {
    const [there, here] = [checkpoint.state.description.configuration, setup.configuration].map((json) =>
      partIn(json, key),
    );
    return jsonDifferences(there, here, key === 'memory' ? key : 'learner');
  });
  try {
    const ofNetwork = differences.filter((one) => networkOptions.test(one));
    if (ofNetwork.length > 0) return shortList(ofNetwork, 3, '; ');
    await learner.restore(checkpoint.learner);
    return undefined;
  } catch (error) {
    if (isReverieError(error) && error.code === 'engine-failed') throw error;
    const why = `learner "${setup.learnerName}" does not take over what was saved after task ${origin.after} (${messageOf(error)})`;
    return differences.length === 0 ? why : `${shortList(differences, 3, '; ')}; ${why}`;
  } finally {
    learner.dispose();
  }
}

/** Options that make other networks, also where their values have the same shapes. */
const networkOptions = /^(learner|memory)\.options\.(network|hidden|latent|activation|codeActivation)\b/;

function partIn(configuration: Json, key: string): Json | undefined {
  const part = isRecord(configuration) ? configuration[key] : undefined;
  return Array.isArray(part) ? (part as readonly Json[])[0] : part;
}

/** New data is what a run may go on for; that it is other data should be known. */
function dataWarnings({ inputs = {} }: RunSetup, { origin, stored }: BranchPoint): readonly Warning[] {
  const { inputs: before = {} } = stored.checkpoint.state.description;
  const text = (all: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(all).map(([name, digest]) => `${name} of SHA-256 ${digest.slice(0, 12)}…`);
  const [there, here] = [text(before), text(inputs)];
  const [gone, come] = [there.filter((one) => !here.includes(one)), here.filter((one) => !there.includes(one))];
  if (Object.keys(before).length === 0 || (gone.length === 0 && come.length === 0)) return [];
  const message =
    `goes on from ${origin.run}, which had ${shortList(gone) || 'nothing of that kind'} up to task ${origin.after}, and has ` +
    `${shortList(come) || 'none of it'} from there`;
  return [{ type: 'warning', code: 'branch-of-other-data', message }];
}
