import type { Activation } from './activations.js';
import type { Network } from './network.js';

/** What a fully connected network is described by. */
export interface DenseWidths {
  readonly name: string;
  /** Widths of input, hidden layers and output; at least two. */
  readonly widths: readonly number[];
  /** After each layer but the last, which stays linear. */
  readonly activation: Activation;
}

/** The fully connected network hᵢ₊₁ = φ(hᵢ·Wᵢ + bᵢ). */
export function denseNetwork({ name, widths: [input = 0, ...units], activation }: DenseWidths): Network {
  const layers = units.flatMap((width, i) => {
    const dense = { kind: 'dense', units: width } as const;
    return i < units.length - 1 ? [dense, { kind: 'activation', activation } as const] : [dense];
  });
  return { name, input: [input], layers };
}
