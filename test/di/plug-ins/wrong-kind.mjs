export const reverie = { learner: {} };
