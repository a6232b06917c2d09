import { mapCodes } from './src/representation/maps/code-map.js';
import { randomStream } from './src/core/random.js';
const width = 32;
for (const [kind, n] of [['pca', 2000], ['umap', 1000], ['umap', 2000], ['tsne', 500], ['tsne', 1000]] as const) {
  const codes = new Float32Array(n * width); randomStream(1).fillNormal(codes);
  for (let i = 0; i < n; i++) codes[i * width + (i % 10)] = (codes[i * width + (i % 10)] ?? 0) + 5;
  const before = process.cpuUsage();
  await mapCodes({ codes, width }, { kind, random: randomStream(1) });
  const { user, system } = process.cpuUsage(before);
  console.log(kind, n, ((user + system) / 1e6).toFixed(2), 's CPU');
}
