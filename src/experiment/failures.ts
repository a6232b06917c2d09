import { ReverieError, errorKinds, isReverieError, messageOf } from '../core/errors.js';
import { placeText, type CheckpointPlace } from './checkpoint.js';

/** The last checkpoint of a run, for messages. */
export interface LastCheckpoint {
  readonly place: CheckpointPlace;
  readonly path: string;
}

/**
 * What a learner's exception is passed on as: `learner-failed` with the exception as its cause, unless it is a
 * ReverieError already. One that says `diverged` learns where the last good checkpoint is.
 *
 * @param doing what the learner was doing, e.g. `learning task 2`
 */
export function learnerError(
  thrown: unknown,
  learner: string,
  doing: string,
  last: LastCheckpoint | undefined,
): unknown {
  if (isReverieError(thrown)) {
    if (thrown.code !== 'diverged') return thrown;
    return new ReverieError('diverged', `${thrown.message}; ${wayOn(last)}`, { cause: thrown });
  }
  const message = `learner "${learner}" failed while ${doing}: ${messageOf(thrown)}`;
  return new ReverieError('learner-failed', message, { cause: thrown });
}

/**
 * {@link learnerError} of a learner at work: whatever it throws is a failure of the run, with the learner's name, also where
 * the code of the error would say that the input is wrong. The run has begun with input that was checked.
 */
export function workingError(
  thrown: unknown,
  learner: string,
  doing: string,
  last: LastCheckpoint | undefined,
): unknown {
  const ofInput = isReverieError(thrown) && errorKinds[thrown.code] === 'input';
  if (!ofInput) return learnerError(thrown, learner, doing, last);
  const message = `learner "${learner}" failed while ${doing}: ${thrown.message}`;
  return new ReverieError('learner-failed', message, { cause: thrown });
}

/** The error for a loss that is no longer a number. */
export function diverged(
  loss: { readonly name: string; readonly value: number; readonly task: number; readonly iteration: number },
  learner: string,
  last: LastCheckpoint | undefined,
): ReverieError {
  const { name, value, task, iteration } = loss;
  return new ReverieError(
    'diverged',
    `loss "${name}" of learner "${learner}" is ${value} in task ${task}, iteration ${iteration}, expected a finite ` +
      `number; ${wayOn(last)}`,
  );
}

function wayOn(last: LastCheckpoint | undefined): string {
  // A smaller learning rate is another scenario, which no checkpoint of this one fits: hence the two ways.
  if (last === undefined) return 'there is no checkpoint yet; start again with a smaller learning rate';
  return (
    `the last good checkpoint, ${placeText(last.place)}, is ${last.path}; start again with a smaller learning rate, or ` +
    'go on from the checkpoint with --resume if the cause lay outside the run'
  );
}
