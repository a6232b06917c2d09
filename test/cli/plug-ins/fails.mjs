const nothing = () => undefined;

export const reverie = {
  learners: {
    fails: {
      summary: 'Fails in its first step.',
      create: () => ({
        learn: () => ({
          [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken on purpose')) }),
        }),
        predict: nothing,
        save: nothing,
        restore: nothing,
        footprint: () => ({ memoryBytes: 0, storedSamples: 0 }),
        dispose: nothing,
      }),
    },
  },
};
