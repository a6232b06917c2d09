import type { TrainedFunction } from '../core/trained-function.js';
import type { Engine, Feeds } from '../engine/engine.js';
import type { GraphNode } from '../engine/graph/node.js';

/** What a trained function makes of `count` rows, computed by an engine. */
export async function outputsOf(
  engine: Engine,
  trained: TrainedFunction,
  feeds: Feeds,
  count: number,
): Promise<Readonly<Record<string, Float32Array>>> {
  const program = await engine.compile({ fetches: trained.graph(count) as Readonly<Record<string, GraphNode>> });
  const variables = engine.variables(trained.parameters);
  try {
    return await program.run(feeds, variables);
  } finally {
    variables.dispose();
    program.dispose();
  }
}
