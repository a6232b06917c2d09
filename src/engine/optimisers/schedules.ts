import { ReverieError } from '../../core/errors.js';

/** A learning rate for each step, counted from 1. */
export type Schedule = (step: number) => number;

/** A rate that stays, or a schedule. */
export type LearningRate = number | Schedule;

/** @throws bad-usage where a fixed rate is not a positive number */
export function scheduleOf(rate: LearningRate): Schedule {
  if (typeof rate === 'function') return rate;
  if (!(rate > 0 && Number.isFinite(rate))) {
    throw new ReverieError('bad-usage', `learning rate ${rate} must be a positive number, e.g. 0.001`);
  }
  return () => rate;
}

/** From one rate to another over so many steps. */
interface Ramp {
  readonly from: number;
  readonly to: number;
  readonly steps: number;
}

/** How far a ramp has come at a step: 0 at step 1, 1 at its last step and from then on. */
function progress(step: number, steps: number): number {
  return Math.min(1, (step - 1) / Math.max(1, steps - 1));
}

/** From `from` to `to` in a straight line over `steps` steps, then `to`. */
export function linear({ from, to, steps }: Ramp): Schedule {
  return (step) => from + (to - from) * progress(step, steps);
}

/** Half a cosine from `from` down to `to` over `steps` steps, then `to` (Loshchilov & Hutter 2017, equation 5, one period). */
export function cosine({ from, to = 0, steps }: Omit<Ramp, 'to'> & Partial<Pick<Ramp, 'to'>>): Schedule {
  return (step) => to + ((from - to) * (1 + Math.cos(Math.PI * progress(step, steps)))) / 2;
}

/** From `from` to `to`, both above 0, over `steps` steps, by the same factor at each, then `to`. */
export function exponential({ from, to, steps }: Ramp): Schedule {
  return (step) => from * (to / from) ** progress(step, steps);
}

/** `from`, multiplied by `factor` after every `every` steps. */
export function stepwise({
  from,
  factor,
  every,
}: {
  readonly from: number;
  readonly factor: number;
  readonly every: number;
}): Schedule {
  return (step) => from * factor ** Math.floor((step - 1) / every);
}

/** `schedule`, its first `steps` steps scaled up in a straight line from 1/steps to 1. */
export function warmUp(steps: number, schedule: LearningRate): Schedule {
  const then = scheduleOf(schedule);
  return (step) => then(step) * Math.min(1, step / steps);
}
