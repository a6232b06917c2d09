export const reverie = { learners: { lazy: { summary: 'Does nothing.' } } };
