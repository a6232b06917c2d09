const nothing = () => undefined;
export const reverie = {
  learners: {
    forgetful: {
      summary: 'Lacks predict and footprint.',
      create: () => ({ learn: nothing, save: nothing, restore: nothing, dispose: nothing }),
    },
  },
};
