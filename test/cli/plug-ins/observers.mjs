/** Observers that go wrong at the end of a task. */
const observer = (summary, atEnd) => ({
  summary,
  create: () => ({ observe: ({ type }) => (type === 'task-ended' ? atEnd() : undefined) }),
});

export const reverie = {
  observers: {
    printer: observer('Throws.', () => {
      throw new Error('out of ink');
    }),
    silent: observer('Never comes back.', () => new Promise(() => undefined)),
  },
};
