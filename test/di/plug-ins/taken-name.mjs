export const reverie = { learners: { joint: { summary: 'Mine.', create: () => ({}) } } };
