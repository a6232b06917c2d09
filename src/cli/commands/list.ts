import { compose } from '../../di/composition.js';
import { installedEngines, type EngineStatus } from '../../di/engines.js';
import { kinds, partKinds } from '../../di/kinds.js';
import { cut, styled } from '../../report/page.js';
import { shippedScenarios } from '../../scenarios/shipped-scenarios.js';
import type { CliContext } from '../cli-context.js';

export interface ListOptions {
  readonly plugin: readonly string[];
}

/** `reverie list`: all that can be named, with a sentence each. Engines are looked for, not loaded: that takes a second. */
export async function listCommand({ plugin }: ListOptions, { out }: Pick<CliContext, 'out'>): Promise<void> {
  const { catalogue } = await compose({ engine: 'auto', plugins: plugin });
  const sections: readonly Section[] = [
    { title: 'scenarios', entries: (await shippedScenarios()).map(({ name, description }) => [name, description]) },
    {
      title: 'encoder studies',
      entries: (await shippedScenarios('represent')).map(({ name, description }) => [name, description]),
    },
    ...partKinds.map((kind) => ({ title: kinds[kind].plural, entries: summaries(catalogue[kind]) })),
    { title: 'recipes', entries: summaries(catalogue.recipes) },
    { title: 'engines', entries: installedEngines().map(engineEntry) },
  ];
  const width = Math.max(...sections.flatMap(({ entries }) => entries.map(([name]) => name.length)));
  const text = sections.map(({ title, entries }) => {
    const lines = entries.map(([name, summary]) => cut(`  ${name.padEnd(width)}  ${summary}`, out));
    return [styled('bold', title, out), ...lines].join('\n');
  });
  out.write(`${text.join('\n\n')}\n`);
}

interface Section {
  readonly title: string;
  readonly entries: readonly (readonly [name: string, summary: string])[];
}

function summaries(parts: Readonly<Record<string, { readonly summary: string }>>): Section['entries'] {
  return Object.entries(parts).map(([name, { summary }]) => [name, summary] as const);
}

function engineEntry({ name, summary, reason }: EngineStatus): Section['entries'][number] {
  return [name, reason === undefined ? summary : `not available here: ${reason.split('\n', 1).join('')}`];
}
