/** Knows how many codes each class had, and looks at none. */
export const reverie = {
  probes: {
    majority: {
      summary: 'Names the most frequent class, whatever it is asked.',
      create: () => ({
        fit: async ({ labels }) => {
          const classes = [...new Set(labels)].sort((a, b) => a - b);
          const counts = classes.map((label) => labels.filter((other) => other === label).length);
          return {
            classes,
            scores: async (_codes, count) => tiled(counts, count),
            dispose: () => undefined,
          };
        },
      }),
    },
  },
};

function tiled(counts, rows) {
  return Float32Array.from({ length: rows * counts.length }, (_, i) => counts[i % counts.length]);
}
