import { expect } from 'chai';
import fc from 'fast-check';
import { canonicalJson, toJson } from '../../src/core/canonical-json.js';

describe('canonicalJson', () => {
  it('sorts keys at every depth, keeps lists in order and has no white space', () => {
    expect(canonicalJson({ b: [2, { d: null, c: 'x"y' }], a: true })).to.equal(
      '{"a":true,"b":[2,{"c":"x\\"y","d":null}]}',
    );
  });

  it('is JSON of the same value, whatever the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown;
        const json = toJson(plain);
        if (json === undefined) throw new Error('not taken for JSON');
        expect(JSON.parse(canonicalJson(json))).to.deep.equal(plain);
      }),
      { seed: 5 },
    );
  });
});

describe('toJson', () => {
  it('leaves out what is undefined', () => {
    expect(toJson({ a: 1, b: undefined })).to.deep.equal({ a: 1 });
  });

  for (const [what, value] of [
    ['NaN', Number.NaN],
    ['infinity', [Infinity]],
    ['a function', { f: () => 1 }],
    ['a Map', { m: new Map() }],
    ['a typed array', new Float32Array(2)],
    ['undefined in a list', [undefined]],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(toJson(value)).to.equal(undefined);
    });
  }
});
