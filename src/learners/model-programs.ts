import type { Engine, Feeds, Variables } from '../engine/engine.js';
import type { GraphNode, Variable } from '../engine/graph/node.js';
import { feed, slice } from '../engine/graph/ops.js';
import type { Batch } from './batches.js';
import type { ClassLoss } from './class-losses.js';
import type { ModelNetwork } from './model-graph.js';

/** The losses of `rows` rows of a batch from row `from` on, [rows], and what they depend on. */
export interface LossesOfRows {
  readonly of: (from: number, rows: number) => GraphNode;
  /** All that gradients move. */
  readonly parameters: readonly Variable[];
}

/** The losses of rows of a batch that is fed as to {@link import('./model-step.js').stepTrainer}. @param count rows of the batch */
export function lossesOfRows(
  network: ModelNetwork,
  { width, loss }: { readonly width: number; readonly loss: ClassLoss },
  count: number,
  masked: boolean,
): LossesOfRows {
  return {
    parameters: network.parameters,
    of(from, rows) {
      const part = (name: string, columns: number): GraphNode =>
        slice(feed(name, [count, columns]), [from, 0], [rows, columns]);
      const { outputs } = network.graph(part('x', width));
      const inverse = part('inverseTemperatures', 1);
      const mask = masked ? part('mask', network.classes) : undefined;
      return network.losses(loss, outputs, part('targets', network.classes), { inverse }, mask);
    },
  };
}

/** A function of batches and of the parameters as they are when it is asked. */
export interface BatchProgram {
  apply(batch: Batch): Promise<Float32Array>;
  dispose(): void;
}

/** @param inputs of the program for a batch: what it is fed, and the parameters */
export function batchProgram(
  engine: Engine,
  value: GraphNode,
  inputs: (batch: Batch) => readonly [Feeds, Variables],
): BatchProgram {
  const program = engine.compile({ fetches: { value } });
  return {
    apply: async (batch) => (await (await program).run(...inputs(batch)))['value'] ?? new Float32Array(),
    dispose: () => {
      void program.then((compiled) => {
        compiled.dispose();
      });
    },
  };
}
