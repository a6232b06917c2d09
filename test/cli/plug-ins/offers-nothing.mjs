const nothing = () => undefined;
const methods = ['learn', 'predict', 'save', 'restore', 'footprint', 'dispose'];
export const reverie = {
  learners: {
    'nearest-mean': {
      summary: 'Takes its name from another, and has nothing to export.',
      create: () => Object.fromEntries(methods.map((name) => [name, nothing])),
    },
  },
};
