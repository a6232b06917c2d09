/**
 * How many units of a code are active: those whose variance over the data is above `threshold`,
 * Var_x(E_{u∼q(u|x)}[u]) > 0.01 (Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", section 5.2). Of
 * a variational encoder give the means of its codes. Variance with divisor n.
 *
 * @param codes `count` rows, one after the other
 * @param threshold 0.01 in the paper; it is in the codes' own unit, squared, so mind the scale of a code that no prior holds
 * @returns an integer in [0, values per code]
 */
export function activeUnits(codes: Float32Array, count: number, threshold = 0.01): number {
  const width = codes.length / count;
  let active = 0;
  for (let unit = 0; unit < width; unit++) {
    let sum = 0;
    for (let row = 0; row < count; row++) sum += codes[row * width + unit] ?? 0;
    const mean = sum / count;
    let squares = 0;
    for (let row = 0; row < count; row++) squares += ((codes[row * width + unit] ?? 0) - mean) ** 2;
    if (squares / count > threshold) active++;
  }
  return active;
}
