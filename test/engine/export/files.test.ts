import { writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { onnxFile } from '../../../src/engine/export/onnx-file.js';
import { tfjsGraphModel } from '../../../src/engine/export/tfjs-graph-model.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { TrainedFunction } from '../../../src/core/trained-function.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { temporaryFolder } from '../../experiment/fixtures.js';
import { captureError } from '../../support/capture-error.js';
import { loadTfjs, outputsOfOnnx } from '../../support/exported-models.js';
import { engineForTest } from '../engines-under-test.js';
import {
  computed,
  functionOf,
  functionOfNetwork,
  functions,
  networks,
  outputsOn,
  someTensor,
} from './some-functions.js';

const notes = { version: '1.2.3', about: { summary: 'Some function.', classes: [3, 1], run: { seed: 7 } } };

/** In float32 two libraries differ in the last digits. */
function expectClose(actual: Float32Array | undefined, expected: Float32Array | undefined): void {
  expect(actual).to.have.length(expected?.length ?? -1);
  expected?.forEach((value, i) => {
    expect(actual?.[i]).to.be.closeTo(value, 1e-5 * Math.max(1, Math.abs(value)));
  });
}

describe('an exported file', () => {
  const path = temporaryFolder();

  /** What each of the two libraries computes of the exported function. */
  const exported = async (trained: TrainedFunction) => {
    const onnx = onnxFile(trained, notes);
    const { model, weights } = tfjsGraphModel(trained, 'w.bin', notes);
    await writeFile(path('w.bin'), weights);
    await writeFile(path('model.json'), JSON.stringify(model));
    const graphModel = await loadTfjs(path('model.json'));
    return [(x: Tensor) => outputsOfOnnx(onnx, { x }), (x: Tensor) => graphModel.outputs({ x })] as const;
  };

  for (const [name, trained] of Object.entries(functions)) {
    it(`computes what the graph does, for any number of rows, in ONNX Runtime and TensorFlow.js: ${name}`, async () => {
      const engine = await engineForTest('cpu');
      const [inOnnx, inTfjs] = await exported(trained);
      for (const rows of [1, 5]) {
        const x = someTensor([rows, 4], rows);
        const expected = await computed(engine, trained, x);
        for (const { y } of [await inOnnx(x), inTfjs(x)]) {
          expect(y?.shape[0]).to.equal(rows);
          expectClose(y?.data, expected);
        }
      }
    });
  }

  for (const [what, network] of Object.entries(networks)) {
    it(`computes what a network does, and what passes its taps, in ONNX Runtime and TensorFlow.js: ${what}`, async () => {
      const trained = functionOfNetwork(network);
      const engine = await engineForTest('cpu');
      const [inOnnx, inTfjs] = await exported(trained);
      for (const rows of [1, 4]) {
        const x = someTensor([rows, ...network.input], rows);
        const expected = await outputsOn(engine, trained, x);
        expect(Object.keys(expected)).to.include.members(['y', 'features']);
        for (const outputs of [await inOnnx(x), inTfjs(x)]) {
          for (const [name, values] of Object.entries(expected)) {
            expect(outputs[name]?.shape[0], name).to.equal(rows);
            expectClose(outputs[name]?.data, values);
          }
        }
      }
    });
  }

  const product = functionOf((x, w) => g.matMul(x, w));

  it('carries what it is and where it comes from', async () => {
    const onnx = Buffer.from(onnxFile(product, notes)).toString('latin1');
    for (const text of ['reverie', '1.2.3', 'classes', '[3,1]', '{"seed":7}', 'Any rows.', 'batch']) {
      expect(onnx).to.include(text);
    }
    const { model, weights } = tfjsGraphModel(product, 'w.bin', notes);
    await writeFile(path('w.bin'), weights);
    await writeFile(path('model.json'), JSON.stringify(model));
    expect((await loadTfjs(path('model.json'))).metadata).to.deep.equal(notes.about);
  });

  it('is the same for the same function', () => {
    expect(Buffer.compare(onnxFile(product, notes), onnxFile(product, notes))).to.equal(0);
    expect(tfjsGraphModel(product, 'w', notes)).to.deep.equal(tfjsGraphModel(product, 'w', notes));
  });

  // An op that a graph of our own never has, as a plug-in in JavaScript might think of.
  const invented = functionOf((x) => ({ op: 'cosine', inputs: [x], shape: x.shape }) as unknown as GraphNode);
  const { w } = product.parameters;
  const refused: readonly [string, TrainedFunction, RegExp][] = [
    ['an op that there is not', { ...invented, parameters: {} }, /"some" cannot be exported.*cosine/],
    [
      'a name that leads to another folder',
      { ...product, name: '../some' },
      /the name "\.\.\/some" does not go into files/,
    ],
    ['an output named as what is in between', { ...product, outputs: { v0: '' } }, /the name "v0"/],
    ['one name for two things', { ...product, outputs: { x: '' } }, /uses the name "x" twice/],
    ['a name with a space', { ...product, parameters: w === undefined ? {} : { 'my w': w } }, /the name "my w"/],
  ];
  for (const [what, trained, message] of refused) {
    it(`is refused for ${what}`, async () => {
      for (const write of [() => onnxFile(trained, notes), () => tfjsGraphModel(trained, 'w.bin', notes)]) {
        const error = await captureError(write);
        expect(error.code).to.equal('bad-plugin');
        expect(error.message).to.match(message);
      }
    });
  }

  const unrunnable: readonly [string, TrainedFunction][] = [
    [
      'a transposed convolution with dilations',
      functionOf((x, v, rows) =>
        g.convTranspose2d(g.reshape(x, [rows, 1, 2, 2]), g.reshape(v, [1, 3, 2, 2]), { dilations: 2 }),
      ),
    ],
    [
      'a convolution with both strides and dilations',
      functionOf((x, v, rows) =>
        g.conv2d(g.reshape(x, [rows, 1, 2, 2]), g.reshape(v, [3, 1, 2, 2]), { strides: 2, dilations: 2, padding: 1 }),
      ),
    ],
  ];
  for (const [what, trained] of unrunnable) {
    it(`is refused for TensorFlow.js, not for ONNX, with ${what}`, async () => {
      const error = await captureError(() => tfjsGraphModel(trained, 'w.bin', notes));
      expect(error.message).to.equal(`${what} cannot be exported for TensorFlow.js; take --onnx`);
      const onnx = onnxFile(trained, notes);
      for (const rows of [1, 3]) {
        const x = someTensor([rows, 4], 5);
        const { y } = await outputsOfOnnx(onnx, { x });
        expectClose(y?.data, await computed(await engineForTest('cpu'), trained, x));
      }
    });
  }

  it('is refused for TensorFlow.js where only training needs the op, and not for ONNX', async () => {
    const loss = functionOf((x, v) => g.sigmoidCrossEntropy(g.matMul(x, v), g.constant(0.5)));
    const error = await captureError(() => tfjsGraphModel(loss, 'w.bin', notes));
    expect(error.message).to.match(/uses "sigmoidCrossEntropy", which reverie does not translate; take --onnx/);
    expect(onnxFile(loss, notes).length).to.be.greaterThan(0);
  });
});
