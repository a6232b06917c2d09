export const reverie = {
  samplers: {
    still: {
      summary: 'Dreams of grey alone, and walks nowhere.',
      create: () => ({
        keepsStatistics: false,
        sample: async ({ width }, _teacher, count) => ({ features: new Float32Array(count * width).fill(0.5) }),
        fit: () => undefined,
        save: () => ({ json: {}, tensors: {} }),
        restore: () => undefined,
      }),
    },
  },
};
