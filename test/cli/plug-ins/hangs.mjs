export const reverie = {
  learners: {
    hangs: {
      summary: 'Waits for what never comes.',
      create: () => ({
        async *learn({ task }) {
          yield { type: 'epoch-started', task, epoch: 1 };
          await new Promise(() => undefined);
        },
        predict: async (_, count) => ({ labels: new Int32Array(count) }),
        save: async () => ({ json: null, tensors: {} }),
        restore: async () => undefined,
        footprint: () => ({ memoryBytes: 0, storedSamples: 0 }),
        dispose: () => undefined,
      }),
    },
  },
};
