import type { WalkStart } from './walk-start.js';

/** x₀ ~ N(0, I): "a good prior when no information is available" (Solinas et al. 2020, section IV-B). */
export function normalStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      random.fillNormal(x);
      return x;
    },
  };
}

/** x₀ uniform in [0, 1], each value by itself: the range that samples are scaled to. */
export function uniformStart(): WalkStart {
  return {
    start: (count, width, random) => {
      const x = new Float32Array(count * width);
      for (let i = 0; i < x.length; i++) x[i] = random.uniform();
      return x;
    },
  };
}
