import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { decode } from 'fast-png';
import { temporaryFolder } from '../experiment/fixtures.js';

const execute = promisify(execFile);

/** Runs an example; what it prints, line by line. */
type Run = (...parameters: readonly string[]) => Promise<readonly string[]>;

/** The examples that have a test. */
const tested = new Set<string>();

/** A test of an example, which is handed what runs it. */
function example(name: string, statement: string, test: (run: Run) => Promise<void>): void {
  tested.add(`${name}.ts`);
  it(`${name}: ${statement}`, async () => {
    let runs = 0;
    await test(async (...parameters) => {
      runs++;
      const file = `examples/autoencoders/${name}.ts`;
      const { stdout } = await execute(process.execPath, ['--import', 'tsx', file, ...parameters]);
      return stdout.trim().split('\n');
    });
    expect(runs, `${name} was run`).to.be.above(0);
  });
}

/** The number behind `before` in the line. */
function numberIn(line: string | undefined, before: string): number {
  const found = new RegExp(`${before} (-?[\\d.]*\\d)`).exec(line ?? '');
  expect(found, `"${before}" with a number in "${line ?? ''}"`).not.to.equal(null);
  return Number(found?.[1]);
}

// Bounds leave room for what differs between engines and machines; docs/uses.md says what came out on one.
describe('examples of an autoencoder used alone, on real digits', function () {
  // Seconds of work each, but minutes where the machine has much else to do.
  this.timeout(300_000);
  const path = temporaryFolder();

  example('anomalies', 'a digit that was left out is found by its reconstruction error', async (run) => {
    const [curve, beyond] = await run('0');
    expect(numberIn(curve, 'area under the ROC curve')).to.be.above(0.85);
    const [, anomalies = 0, of = 0, normal = 0, ofNormal = 0] =
      /(\d+) of (\d+) anomalies, (\d+) of (\d+) normal/.exec(beyond ?? '')?.map(Number) ?? [];
    expect(of + ofNormal).to.equal(2000);
    // The threshold was set for one normal sample in twenty.
    expect(normal / ofNormal).to.be.within(0.02, 0.1);
    expect(anomalies / of).to.be.above(0.3);
  });

  example('denoise', 'what was trained on noise removes more of it', async (run) => {
    const [noisy, vanilla, denoising] = (await run()).map((line) => numberIn(line, 'PSNR'));
    // 0.3 of the pixels are 0 or 1 by chance.
    expect(noisy).to.be.within(8, 8.8);
    expect(vanilla).to.be.above((noisy ?? 0) + 3);
    expect(denoising).to.be.above((vanilla ?? 0) + 1);
  });

  example('compress', 'a longer code costs bytes and loses less', async (run) => {
    const [short, long] = await run();
    expect(short).to.match(/^784 pixels as 8 bytes: 98 times fewer values, 98 times fewer bytes/);
    expect(long).to.match(/^784 pixels as 32 bytes: 24.5 times fewer values, 24.5 times fewer bytes/);
    const [psnrShort, psnrLong] = [short, long].map((line) => numberIn(line, 'PSNR'));
    expect(psnrShort).to.be.above(13);
    expect(psnrLong).to.be.above((psnrShort ?? 0) + 1);
  });

  example('features', 'with few labels, codes show more to the nearest neighbours than pixels', async (run) => {
    const accuracies = (await run()).map((line) => numberIn(line, 'accuracy'));
    expect(accuracies).to.have.length(4);
    const [, , pixels = 0, codes = 0] = accuracies;
    expect(pixels).to.be.above(0.5);
    expect(codes).to.be.above(pixels + 0.05);
  });

  example('rebalance', 'made-up samples of a rare class raise its recall', async (run) => {
    const [before, again, madeUp] = (await run('8')).map((line) => numberIn(line, 'recall of 8'));
    expect(again).to.be.above(before ?? 1);
    expect(madeUp).to.be.above((before ?? 1) + 0.2);
  });

  example('generate', 'noise becomes digits', async (run) => {
    const [prior, , gaussians] = await run(path());
    const counts =
      /there are ([\d, ]+)$/
        .exec(prior ?? '')?.[1]
        ?.split(', ')
        .map(Number) ?? [];
    expect(counts.filter((count) => count > 0).length).to.be.at.least(8);
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(200);
    expect(numberIn(gaussians, 'vanilla:')).to.be.above(120);
    expect(await readdir(path())).to.have.members(['from-noise.png', 'from-gaussians.png']);
    // Twenty digits a row, each twice as large as its 28 pixels.
    expect(decode(await readFile(path('from-noise.png'))).width).to.equal(4 + 20 * 60);
  });

  example('between', 'a picture of what lies between digits, and one of what values of a code mean', async (run) => {
    expect(await run(path())).to.deep.equal([
      `${path('between.png')}: 88 digits`,
      `${path('traversal.png')}: 88 digits`,
    ]);
    const { width, height, data } = decode(await readFile(path('between.png')));
    expect([width, height]).to.deep.equal([4 + 11 * 60, 4 + 8 * 60]);
    expect(data.filter((value) => value > 200).length).to.be.above(10_000);
  });

  example('pretrain', 'layer by layer a deep network gets further in as many passes', async (run) => {
    const lines = await run();
    expect(lines.slice(1, 4).map((line) => line.slice(0, 12))).to.deep.equal([
      'layer 1 of 3',
      'layer 2 of 3',
      'layer 3 of 3',
    ]);
    const [scratch, pretrained] = [lines[0], lines[4]].map((line) => numberIn(line, 'squared error'));
    expect(pretrained).to.be.below(scratch ?? 0);
  });

  it('have each a test here', async () => {
    expect(await readdir('examples/autoencoders')).to.have.members([...tested]);
  });
});
