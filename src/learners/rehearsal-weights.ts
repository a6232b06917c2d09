/**
 * Weights of the rows of a batch, new ones first, for the loss at task t,
 *
 *     L = (1/t)·new + (1 − 1/t)·replay,
 *
 * each term a mean over its rows (van de Ven & Tolias 2018): the t-th part of what is known is new. Without dreams all
 * the weight is on the new rows. They sum to 1.
 */
export function rehearsalWeights(fresh: number, dreamt: number, task: number): Float32Array {
  const share = dreamt === 0 ? 1 : 1 / task;
  const weights = new Float32Array(fresh + dreamt).fill(share / fresh, 0, fresh);
  return weights.fill((1 - share) / dreamt, fresh);
}
