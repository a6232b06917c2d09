import { expect } from 'chai';
import type { TrainedFunction } from '../../../src/core/trained-function.js';
import { freeRows, portsOf } from '../../../src/engine/export/free-rows.js';
import type { GraphNode } from '../../../src/engine/graph/node.js';
import * as g from '../../../src/engine/graph/ops.js';
import { captureError } from '../../support/capture-error.js';
import { functionOf, functions, someTensor } from './some-functions.js';

describe('a trained function freed of its number of rows', () => {
  for (const [name, trained] of Object.entries(functions)) {
    it(`has one row for each that is given: ${name}`, () => {
      expect(freeRows(trained).outputs['y']?.shape[0]).to.equal(-1);
    });
  }

  it('shows its inputs and outputs with shapes for people', () => {
    expect(portsOf(functionOf((x, w) => g.matMul(x, w)))).to.deep.equal({
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 4], meaning: 'Any rows.' }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 3], meaning: 'What comes out.' }],
    });
  });

  const product = functionOf((x, w) => g.matMul(x, w));
  const refused: readonly [string, TrainedFunction, RegExp][] = [
    [
      'divides by the number of rows',
      functionOf((x, w, rows) => g.div(g.matMul(x, w), g.constant(rows))),
      /constant .*depends on/,
    ],
    [
      'has a constant for each row',
      functionOf((x, w, rows) => g.add(g.matMul(x, w), g.constant(new Float32Array(rows), [rows, 1]))),
      /depends on/,
    ],
    [
      'takes another way for more rows',
      functionOf((x, w, rows) => (rows > 2 ? g.relu(g.matMul(x, w)) : g.matMul(x, w))),
      /other steps/,
    ],
    [
      'stretches something to all rows',
      functionOf((x, w, rows) => g.add(g.matMul(x, w), g.matMul(ones(rows), g.constant(new Float32Array(3), [1, 3])))),
      /as long as there are rows/,
    ],
    [
      'takes a part of the rows',
      functionOf((x, w, rows) => g.slice(g.concat([g.matMul(x, w), g.matMul(x, w)], 0), [0, 0], [rows, 3])),
      /slice \[2, 3\] makes something as long as there are rows/,
    ],
    ['sums rows up', functionOf((x, w) => g.sum(g.matMul(x, w), [0])), /sum \[3\] does not have one row for each/],
    [
      'gives rows times rows',
      functionOf((x, w) => g.matMul(g.matMul(x, w), g.matMul(x, w), { transposeB: true })),
      /in more than one way/,
    ],
    ['lacks a parameter', { ...product, parameters: {} }, /variable "w" is not among its parameters/],
    [
      'has a parameter of another shape',
      { ...product, parameters: { w: someTensor([3, 4], 1) } },
      /"w" has shape \[3, 4\], its graph wants \[4, 3\]/,
    ],
    [
      'has a parameter too many',
      { ...product, parameters: { ...product.parameters, b: someTensor([3], 1) } },
      /parameters b, w, its graph has w/,
    ],
    ['does not describe an output', { ...product, outputs: {} }, /outputs , its graph has y/],
    ['describes an input that is not there', { ...product, inputs: { x: '', z: '' } }, /inputs x, z, its graph has x/],
  ];
  for (const [what, trained, message] of refused) {
    it(`is refused where it ${what}`, async () => {
      const error = await captureError(() => freeRows(trained));
      expect(error.code).to.equal('bad-plugin');
      expect(error.message)
        .to.match(/^"some" cannot be exported: /)
        .and.to.match(message);
    });
  }
});

function ones(rows: number): GraphNode {
  return g.broadcastTo(g.constant(Float32Array.of(1), [1, 1]), [rows, 1]);
}
