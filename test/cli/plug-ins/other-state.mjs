const nothing = () => undefined;
const restore = () => Promise.reject(new Error('these are not my tensors'));
export const reverie = {
  learners: {
    'nearest-mean': {
      summary: 'Takes its name from another, whose state it does not understand.',
      create: () => ({
        learn: nothing,
        predict: nothing,
        save: nothing,
        restore,
        footprint: nothing,
        dispose: nothing,
      }),
    },
  },
};
