// A learner of one's own: the nearest class mean. It keeps one mean per class, so it can hardly forget.
// Run it: reverie run split-mnist --plugin examples/nearest-mean.ts --learner nearest-mean
import { plugIn, type Experience, type Learner, type Snapshot, type TrainedFunction } from 'reverie';
import { graph } from 'reverie/engine';

class NearestMean implements Learner {
  readonly #means = new Map<number, Float32Array>();

  constructor(private readonly width: number) {}

  async *learn({ train, classes, index: task }: Experience) {
    const sums = new Map(classes.map((label) => [label, { sum: new Float32Array(this.width), count: 0 }]));
    const row = new Float32Array(this.width);
    for (let i = 0; i < train.size; i++) {
      train.copyRows([i], row);
      const own = sums.get(train.label(i));
      if (own === undefined) continue;
      own.count++;
      row.forEach((value, j) => (own.sum[j] = (own.sum[j] ?? 0) + value));
    }
    for (const [label, { sum, count }] of sums)
      this.#means.set(
        label,
        sum.map((value) => value / count),
      );
    yield { type: 'batch-trained' as const, task, iteration: 1, iterations: 1, losses: {} };
  }

  async predict(features: Float32Array, count: number) {
    return { labels: Int32Array.from({ length: count }, (_, i) => this.#nearest(features.subarray(i * this.width))) };
  }

  #nearest(x: Float32Array): number {
    const distance = (mean: Float32Array): number => mean.reduce((d, m, j) => d + ((x[j] ?? 0) - m) ** 2, 0);
    const ranked = [...this.#means].map(([label, mean]) => ({ label, d: distance(mean) }));
    return ranked.reduce((best, next) => (next.d < best.d ? next : best)).label;
  }

  async save(): Promise<Snapshot> {
    const means = [...this.#means].map(([label, data]) => [String(label), { shape: [this.width], data }] as const);
    return { json: null, tensors: Object.fromEntries(means) };
  }

  async restore({ tensors }: Snapshot) {
    for (const [label, { data }] of Object.entries(tensors)) this.#means.set(Number(label), data);
  }

  /** For `reverie export`: the nearest mean is the one with the largest 2·x·m − |m|², as |x − m|² = |x|² − 2·x·m + |m|². */
  async trainedFunctions(): Promise<readonly TrainedFunction[]> {
    const classes = [...this.#means.keys()];
    const shape = [classes.length, this.width];
    const means = Float32Array.from([...this.#means.values()].flatMap((mean) => [...mean]));
    const norms = Float32Array.from(this.#means.values(), (mean) => mean.reduce((sum, m) => sum + m * m, 0));
    return [
      {
        name: 'classifier',
        summary: 'Finds the nearest class mean.',
        inputs: { x: 'Samples, one a row.' },
        // `reverie export` puts the scale of the data set before it.
        sampleInputs: ['x'],
        outputs: { logits: 'A column for each class; the largest one is the prediction.' },
        classes,
        parameters: { means: { shape, data: means }, norms: { shape: [classes.length], data: norms } },
        graph: (rows) => {
          const x = graph.feed('x', [rows, this.width]);
          const products = graph.matMul(x, graph.variable('means', shape), { transposeB: true });
          const twice = graph.mul(products, graph.constant(2));
          return { logits: graph.sub(twice, graph.variable('norms', [classes.length])) };
        },
      },
    ];
  }

  footprint() {
    return { memoryBytes: this.#means.size * this.width * 4, storedSamples: 0 };
  }

  dispose() {
    this.#means.clear();
  }
}

export const reverie = plugIn({
  learners: {
    'nearest-mean': { summary: 'Keeps one mean per class.', create: (_, { width }) => new NearestMean(width) },
  },
});
