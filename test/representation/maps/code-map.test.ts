import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { randomStream } from '../../../src/core/random.js';
import { codeMaps, mapCodes, type CodeMap, type CodeMapKind } from '../../../src/representation/maps/code-map.js';
import { loadDruid } from '../../../src/representation/maps/layouts.js';
import { captureError } from '../../support/capture-error.js';

interface Fixture {
  readonly width: number;
  readonly codes: readonly number[];
  readonly explained: readonly [number, number];
  readonly points: readonly number[];
}

const kinds = Object.keys(codeMaps) as CodeMapKind[];
const groups = 3;

/** Codes of 8 values in three groups by turns, each around its own corner, far apart. */
function grouped(count: number): { codes: Float32Array; width: number } {
  const codes = new Float32Array(count * 8);
  randomStream(3).fillNormal(codes);
  for (let row = 0; row < count; row++) codes[row * 8 + (row % groups)] = (codes[row * 8 + (row % groups)] ?? 0) + 20;
  return { codes, width: 8 };
}

/** Share of the points whose nearest other point is of their group. */
function kept({ points, rows }: CodeMap): number {
  const near = Array.from(rows, (row, i) => {
    const distance = (j: number): number =>
      j === i
        ? Infinity
        : Math.hypot(...[0, 1].map((axis) => (points[2 * i + axis] ?? NaN) - (points[2 * j + axis] ?? NaN)));
    const nearest = [...rows.keys()].reduce((best, j) => (distance(j) < distance(best) ? j : best));
    return (rows[nearest] ?? -1) % groups === row % groups;
  });
  return near.filter((is) => is).length / near.length;
}

describe('maps of codes', () => {
  for (const kind of kinds) {
    describe(kind, () => {
      it('keeps groups of codes together that lie far apart', async () => {
        const map = await mapCodes(grouped(60), { kind, random: randomStream(1) });
        expect(map.kind).to.equal(kind);
        expect(map.points).to.have.length(120);
        expect([...map.rows]).to.deep.equal(Array.from({ length: 60 }, (_, row) => row));
        // By chance a third would be.
        expect(kept(map)).to.equal(1);
      });

      it('is the same map for the same stream', async () => {
        const draw = () => mapCodes(grouped(40), { kind, points: 30, random: randomStream(7) });
        const [first, again] = [await draw(), await draw()];
        expect(again).to.deep.equal(first);
      });

      it('draws nothing from the generator that all programs share', async () => {
        const shared = Math.random;
        Math.random = () => {
          throw new Error('drawn from Math.random');
        };
        try {
          expect((await mapCodes(grouped(20), { kind, random: randomStream(2) })).points).to.have.length(40);
        } finally {
          Math.random = shared;
        }
      });

      it('takes a random sample of the codes where there are more than points', async () => {
        const of = (seed: number) => mapCodes(grouped(60), { kind, points: 12, random: randomStream(seed) });
        const [{ rows, points }, other] = [await of(1), await of(2)];
        expect(points).to.have.length(24);
        expect(new Set(rows).size).to.equal(12);
        expect([...rows]).to.deep.equal([...rows].sort((a, b) => a - b));
        expect(rows).not.to.deep.equal(other.rows);
      });

      it('draws codes of one value, twins among them, and however few it takes', async () => {
        for (const count of [codeMaps[kind].fewest, 13]) {
          const codes = Float32Array.from({ length: count }, (_, i) => i % 11);
          const { points } = await mapCodes({ codes, width: 1 }, { kind, random: randomStream(1) });
          expect(points.every(Number.isFinite), `${count}`).to.equal(true);
          expect(points.some((value) => value !== 0)).to.equal(true);
        }
      });

      it('draws codes that are all the same at one point', async () => {
        const codes = new Float32Array(24).fill(0.5);
        const { points, explained } = await mapCodes({ codes, width: 2 }, { kind, random: randomStream(1) });
        expect(points).to.deep.equal(new Float32Array(24));
        expect(explained).to.equal(undefined);
      });

      it('refuses too few codes, and numbers of points that it cannot draw', async () => {
        const { fewest, most } = codeMaps[kind];
        const few = await captureError(() => mapCodes(grouped(fewest - 1), { kind, random: randomStream(1) }));
        expect([few.code, few.message]).to.deep.equal([
          'bad-data',
          `a map by ${kind} takes at least ${fewest} codes, given ${fewest - 1}; give it more, or leave the map out`,
        ]);
        for (const points of [1, 4.5, most + 1]) {
          const error = await captureError(() => mapCodes(grouped(60), { kind, points, random: randomStream(1) }));
          expect([error.code, error.message]).to.deep.equal([
            'bad-usage',
            `a map by ${kind} cannot have ${points} points; expected a whole number from ${fewest} to ${most}`,
          ]);
        }
      });
    });
  }

  for (const kind of ['tsne', 'umap'] as const) {
    it(`${kind} is another map for another seed`, async () => {
      const of = (seed: number) => mapCodes(grouped(30), { kind, random: randomStream(seed) });
      expect((await of(1)).points).not.to.deep.equal((await of(2)).points);
    });

    it(`${kind} stops between two steps when it is asked to, and lets others run`, async () => {
      const stop = new AbortController();
      const map = mapCodes(grouped(300), { kind, random: randomStream(1), signal: stop.signal });
      setImmediate(() => {
        stop.abort(new Error('enough'));
      });
      const outcome: unknown = await map.catch((error: unknown) => error);
      expect(outcome).to.be.instanceOf(Error).with.property('message', 'enough');
    });
  }

  it("pca has numpy's points and explained variances", async () => {
    // By numpy 2.4.6: see make_fixtures.py next to it.
    const text = readFileSync(new URL('fixtures.json', import.meta.url), 'utf8');
    const { width, codes, explained, points } = JSON.parse(text) as Fixture;
    const map = await mapCodes({ codes: Float32Array.from(codes), width }, { kind: 'pca', random: randomStream(5) });
    expect(map.explained?.[0]).to.be.closeTo(explained[0], 1e-6);
    expect(map.explained?.[1]).to.be.closeTo(explained[1], 1e-6);
    points.forEach((value, i) => expect(map.points[i]).to.be.closeTo(value, 1e-3));
  });

  it('pca of codes on a line explains all by one axis', async () => {
    // Row i is i·(3, 4), of which the mean is 2·(3, 4): the points lie at −10, −5, 0, 5 and 10.
    const line = Float32Array.from({ length: 10 }, (_, i) => (i >> 1) * (i % 2 === 0 ? 3 : 4));
    const onLine = await mapCodes({ codes: line, width: 2 }, { kind: 'pca', random: randomStream(1) });
    expect(onLine.explained?.[0]).to.be.closeTo(1, 1e-12);
    expect(onLine.explained?.[1]).to.equal(0);
    [-10, 0, -5, 0, 0, 0, 5, 0, 10, 0].forEach((value, i) => expect(onLine.points[i]).to.be.closeTo(value, 1e-5));
  });

  it('refuses codes that are not finite, and values that are no whole number of codes', async () => {
    const { codes } = grouped(10);
    codes[19] = NaN;
    const broken = await captureError(() => mapCodes({ codes, width: 8 }, { kind: 'pca', random: randomStream(1) }));
    expect([broken.code, broken.message]).to.deep.equal([
      'bad-data',
      'code 2 has the value NaN at 3, which cannot be drawn; look whether the autoencoder was trained',
    ]);
    for (const width of [7, 0]) {
      const error = await captureError(() => mapCodes({ codes, width }, { kind: 'pca', random: randomStream(1) }));
      expect([error.code, error.message]).to.deep.equal([
        'bad-shape',
        `80 values are no whole number of codes of ${width} values; give as many values for each code`,
      ]);
    }
  });

  it('says which package is missing where it is', async () => {
    const absent = () => loadDruid(() => Promise.reject(new Error('Cannot find package')));
    const error = await captureError(() => mapCodes(grouped(10), { kind: 'pca', random: randomStream(1) }, absent));
    expect([error.code, error.message]).to.deep.equal([
      'bad-usage',
      'maps of codes need the optional package @saehrimnir/druidjs, which is not installed here; install it, or go without ' +
        'maps',
    ]);
  });
});
