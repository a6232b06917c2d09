import { expect } from 'chai';
import fc from 'fast-check';
import { exactJson, prettyJson } from '../../src/files/exact-json.js';

describe('exact JSON', () => {
  it('gives back every value, to the bit', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = value as Parameters<typeof exactJson>[0];
        expect(JSON.parse(exactJson(json))).to.deep.equal(value);
        expect(JSON.parse(prettyJson(json))).to.deep.equal(value);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps −0, which JSON.stringify loses', () => {
    expect(Object.is(JSON.parse(exactJson(-0)), -0)).to.equal(true);
    expect(Object.is(JSON.parse(prettyJson(-0)), -0)).to.equal(true);
  });

  it('refuses what JSON cannot hold, and says where', () => {
    expect(() => exactJson({ a: [1, { b: NaN }] })).to.throw(TypeError, '$.a[1].b is NaN');
    expect(() => prettyJson({ a: [0, Infinity] })).to.throw(TypeError, '$.a[1] is Infinity');
    expect(() => exactJson({ a: undefined } as never)).to.throw(TypeError, '$.a is undefined');
  });

  it('is pretty on demand: one key a line, plain arrays on one', () => {
    expect(prettyJson({ a: [1, 2], b: [[1], []], c: {}, d: { e: null } })).to.equal(`{
  "a": [1, 2],
  "b": [
    [1],
    []
  ],
  "c": {},
  "d": {
    "e": null
  }
}
`);
  });
});
