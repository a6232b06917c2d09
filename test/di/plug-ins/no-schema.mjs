export const reverie = { learners: { mine: { summary: 'Mine.', options: { rate: 1 }, create: () => ({}) } } };
