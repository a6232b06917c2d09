/** Arithmetic mean, or undefined of nothing: a metric that does not exist is absent, never NaN. */
export function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
