/**
 * Planes of one channel after the other become pixels of all channels.
 *
 * @param from planes of `pixels` values each, the first at `at`
 * @param to gets pixels of `channels` values each, the first at `start`
 */
export function interleave<Values extends Uint8Array | Float32Array>(
  from: Values,
  at: number,
  to: Values,
  start: number,
  { channels, pixels }: { readonly channels: number; readonly pixels: number },
): void {
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < pixels; p++) to[start + p * channels + c] = from[at + c * pixels + p] ?? 0;
  }
}
