import type { Warning } from '../../core/warning.js';
import type { GraphNode } from '../../engine/graph/node.js';
import { rowSums, binaryCrossEntropy, binaryCrossEntropyWithLogits, huber, squaredError } from '../../engine/losses.js';
import { activations } from '../../engine/networks/activations.js';

export const reconstructionLosses = ['bce', 'mse', 'huber'] as const;
export const outputActivations = ['sigmoid', 'linear', 'tanh'] as const;

export interface ReconstructionOptions {
  /**
   * Of a row, summed over its values (study guide, section 1.4): `bce`, −Σᵢ tᵢ·log x̂ᵢ + (1 − tᵢ)·log(1 − x̂ᵢ); `mse`,
   * ‖t − x̂‖²; `huber`, Σᵢ of ½·e² up to |e| = δ, and of δ·(|e| − ½·δ) beyond.
   */
  readonly loss: (typeof reconstructionLosses)[number];
  /** Activation of the last layer; the one that belongs to the loss where absent. */
  readonly output?: (typeof outputActivations)[number] | undefined;
  /** δ > 0 of `huber`. */
  readonly huberDelta: number;
}

/** What an autoencoder makes of its last layer, and how far that is from what it should be. */
export interface Reconstruction {
  /** [batch, width] → [batch, width] */
  readonly output: (last: GraphNode) => GraphNode;
  /** Loss of each row: [batch, width] of the last layer, before its activation, and of targets → [batch]. */
  readonly rows: (last: GraphNode, target: GraphNode) => GraphNode;
  /** What values of `output` may be. */
  readonly values: string;
  readonly warnings: readonly Warning[];
}

/** The activations that go with each loss, the one it has by default first. */
const rightOutputs = {
  bce: ['sigmoid'],
  mse: ['linear', 'sigmoid'],
  huber: ['linear'],
} as const satisfies Record<(typeof reconstructionLosses)[number], readonly (typeof outputActivations)[number][]>;

const ranges = { sigmoid: 'values in (0, 1)', linear: 'values of any size', tanh: 'values in (-1, 1)' } as const;

export function reconstructionBy({
  loss,
  output = rightOutputs[loss][0],
  huberDelta,
}: ReconstructionOptions): Reconstruction {
  const activation = activations[output];
  const rows = (last: GraphNode, target: GraphNode): GraphNode => {
    switch (loss) {
      case 'bce':
        // From logits where the pair is right: exact where a sigmoid is as good as 0 or 1.
        return rowSums(
          output === 'sigmoid'
            ? binaryCrossEntropyWithLogits(last, target)
            : binaryCrossEntropy(activation(last), target),
        );
      case 'mse':
        return rowSums(squaredError(activation(last), target));
      case 'huber':
        return rowSums(huber(activation(last), target, huberDelta));
    }
  };
  return { output: activation, rows, values: ranges[output], warnings: warningsOf(loss, output) };
}

function warningsOf(loss: ReconstructionOptions['loss'], output: keyof typeof ranges): readonly Warning[] {
  const right: readonly string[] = rightOutputs[loss];
  if (right.includes(output)) return [];
  const message =
    `the autoencoder's loss "${loss}" goes with output ${right.join(' or ')}, and its output is "${output}": ` +
    `${trouble(loss, output)}; take the other, or leave "output" out`;
  return [{ type: 'warning', code: 'loss-and-output-do-not-match', message }];
}

function trouble(loss: ReconstructionOptions['loss'], output: keyof typeof ranges): string {
  if (loss === 'bce') return 'cross-entropy is of probabilities, and learns nothing from values that leave (0, 1)';
  if (output === 'tanh') return 'samples lie in [0, 1], and half of what it can say is never right';
  return 'where a sigmoid is as good as 0 or 1 it passes hardly any gradient on, and this loss does not make up for it';
}
