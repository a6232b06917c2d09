import { expect } from 'chai';
import type { ZodType } from 'zod';
import { memories } from '../../src/memory/memories.js';

describe('options of memories under the names that they had once', () => {
  const cases: readonly [keyof typeof memories, Readonly<Record<string, unknown>>, string, string][] = [
    ['conditional', { noiseWeight: 30 }, 'noiseWeight', '"mmdWeight"'],
    ['conditional', { noiseOf: 'all' }, 'noiseOf', '"mmdScope"'],
    ['conditional', { told: 'decoder' }, 'told', '"conditioning"'],
    ['vanilla', { weightDecay: { l2: 0.1 } }, 'weightDecay', '"kernelPenalty"'],
    ['autoencoder', { flow: { jumps: 8 } }, 'flow.jumps', '"steps"'],
    ['autoencoder', { denoising: { gaussian: 0.5 } }, 'denoising', '"noise", with "preActivation" for its gaussian'],
  ];
  for (const [name, options, path, now] of cases) {
    it(`are refused with the new one: ${path} of ${name}`, () => {
      const schema: ZodType = memories[name].options;
      const issues = schema.safeParse(options).error?.issues ?? [];
      expect(issues.map((issue) => issue.path.join('.'))).to.deep.equal([path]);
      expect(issues[0]?.message).to.include(`called ${now}`);
      // And nothing of it is there where nobody gives it.
      expect(Object.keys(schema.parse({}) as object)).not.to.include(path);
    });
  }
});
