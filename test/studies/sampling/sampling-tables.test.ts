import { expect } from 'chai';
import type { SamplingStudy, SamplingRow } from '../../../src/studies/sampling/sampling-result.js';
import { samplingCurves } from '../../../src/studies/sampling/sampling-tables.js';
import { samplingTable } from '../../../src/studies/sampling/sampling-tables.js';

const page = { width: Infinity, colour: false };

function row(title: string, paper: number, curve: readonly number[], changes: Partial<SamplingRow> = {}): SamplingRow {
  const name = title.toLowerCase().replaceAll(' ', '-');
  return {
    name,
    title,
    paper,
    accuracy: curve.at(-1) ?? 0,
    curve,
    memoryLosses: [],
    walks: [],
    seconds: 61,
    ...changes,
  };
}

function studyOf(rows: readonly SamplingRow[], changes: Partial<SamplingStudy> = {}): SamplingStudy {
  return {
    version: 2,
    table: 'mnist',
    dataset: 'mnist',
    budget: 'quick',
    measuredOn: 'test',
    seed: 1,
    engine: 'ort',
    versions: {},
    configuration: {},
    rows,
    ...changes,
  };
}

describe('the sampling table', () => {
  it("has a line for each row: the paper's accuracy, ours, and the difference in points", () => {
    const study = studyOf([row('Random', 0.925, [0.5, 0.95, 0.9]), row('Deep AE', 0.978, [0.9785])]);
    const [heading, ...lines] = samplingTable(study, page).split('\n');
    expect(heading).to.match(/^mnist +paper +ours +points +best epoch +time$/);
    expect(lines[0]).to.match(/^Random +0\.925 +0\.9000 +-2\.50 +0\.9500 +1 min 01 s$/);
    expect(lines[1]).to.match(/^Deep AE +0\.978 +0\.9785 +\+0\.05 +0\.9785 +1 min 01 s$/);
  });

  it('gives a difference that rounds to nothing no sign', () => {
    expect(samplingTable(studyOf([row('Deep AE', 0.978, [0.97799])]), page)).to.match(/0\.9780 +0\.00 /);
  });

  it("counts the pairs that stand in the paper's order, and names the others", () => {
    const study = studyOf([
      row('Random', 0.925, [0.96]),
      row('Deep AE', 0.978, [0.97]),
      row('Deep DAE', 0.978, [0.975]),
      row('Shallow DAE', 0.965, [0.95]),
    ]);
    // Five pairs: the two deep ones are equal in the paper.
    expect(samplingTable(study, page)).to.include(
      '\n\norder: 4 of 5 pairs stand as in the paper\n  not so: Shallow DAE above Random',
    );
    expect(samplingTable(studyOf([row('Random', 0.925, [0.96])]), page)).to.include('nothing to compare');
  });

  it('lists the walks that were chosen from', () => {
    const walks = [
      { lambda: 0, jumps: 9, collect: 'noisy', curve: [0.4, 0.5] },
      { lambda: 0.25, jumps: 9, collect: 'noisy', curve: [0.6, 0.7] },
    ] as const;
    const text = samplingTable(studyOf([row('Deep AE', 0.978, [0.6, 0.7], { walks })]), page);
    expect(text).to.match(/Deep AE, chosen from +accuracy\nλ 0, R 9, noisy +0\.5000\nλ 0\.25, R 9, noisy +0\.7000\n/);
    const one = samplingTable(studyOf([row('Deep AE', 0.978, [0.6], { walks: walks.slice(0, 1) })]), page);
    expect(one).to.not.include('chosen from');
  });

  it('says what was learnt and what was measured on, where that is not what the paper did', () => {
    const study = studyOf([row('Random', 0.9, [0.9])], { dataset: 'idx', measuredOn: 'validation' });
    expect(samplingTable(study, page)).to.match(/^mnist on idx \(validation\) /);
  });
});

describe('the sampling curves', () => {
  it('have the accuracy after each epoch of each classifier but the ground truth', () => {
    const text = samplingCurves(
      studyOf([
        row('Ground-truth', 0.98, [0.9, 0.98]),
        row('Random', 0.925, [0.5, 0.9]),
        row('Deep AE', 0.978, [0.6, 0.97]),
      ]),
      page,
    );
    expect(text).to.match(/^mnist +epoch 1 +epoch 2\nRandom +0\.5000 +0\.9000\nDeep AE +0\.6000 +0\.9700$/);
  });

  it('leave out epochs of long curves, never the last', () => {
    const curve = Array.from({ length: 50 }, (_, i) => i / 100);
    const [heading, line] = samplingCurves(studyOf([row('Random', 0.925, curve)]), page).split('\n');
    const epochs = heading?.match(/\d+/g)?.map(Number) ?? [];
    expect(epochs.slice(0, 3)).to.deep.equal([1, 2, 3]);
    expect(epochs.at(-1)).to.equal(50);
    expect(line?.split(/ {2,}/).slice(1)).to.deep.equal(epochs.map((epoch) => ((epoch - 1) / 100).toFixed(4)));
  });
});
