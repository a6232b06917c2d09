import type { ProgramDefinition } from '../engine.js';
import type { GraphNode } from '../graph/node.js';
import { simplify } from '../graph/simplify.js';

/** The same program by fewer passes over memory; see {@link simplify}. */
export function simplifyProgram({ fetches, updates = {} }: ProgramDefinition): Required<Outputs> {
  const simpler = simplify([...Object.values(fetches), ...Object.values(updates)]);
  const each = (nodes: Readonly<Record<string, GraphNode>>): Record<string, GraphNode> =>
    Object.fromEntries(Object.entries(nodes).map(([name, node]) => [name, simpler(node)]));
  return { fetches: each(fetches), updates: each(updates) };
}

type Outputs = Pick<ProgramDefinition, 'fetches' | 'updates'>;
