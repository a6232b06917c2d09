import type { Parts } from '../../core/part.js';
import { compose, type EngineStatus } from '../../di/composition.js';
import { cut, styled } from '../../report/page.js';
import { shippedScenarios } from '../../scenarios/shipped-scenarios.js';
import type { CliContext } from '../cli-context.js';

export interface ListOptions {
  readonly plugin: readonly string[];
}

/** `reverie list`: all that can be named, with a sentence each. Engines are looked for, not loaded: that takes a second. */
export async function listCommand({ plugin }: ListOptions, { out }: Pick<CliContext, 'out'>): Promise<void> {
  const composition = await compose({ engine: 'auto', plugins: plugin });
  const { catalogue } = composition;
  const sections: readonly Section[] = [
    { title: 'scenarios', entries: (await shippedScenarios()).map(({ name, description }) => [name, description]) },
    {
      title: 'encoder studies',
      entries: (await shippedScenarios('represent')).map(({ name, description }) => [name, description]),
    },
    { title: 'streams', entries: summaries(catalogue.streams) },
    { title: 'learners', entries: summaries(catalogue.learners) },
    { title: 'memories', entries: summaries(catalogue.memories) },
    { title: 'encoders', entries: summaries(catalogue.encoders) },
    { title: 'samplers', entries: summaries(catalogue.samplers) },
    { title: 'autoencoders', entries: summaries(catalogue.autoencoders) },
    { title: 'probes', entries: summaries(catalogue.probes) },
    { title: 'data sets', entries: summaries(catalogue.datasets) },
    { title: 'engines', entries: composition.installedEngines().map(engineEntry) },
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

function summaries(parts: Parts): Section['entries'] {
  return Object.entries(parts).map(([name, { summary }]) => [name, summary] as const);
}

function engineEntry({ name, summary, available, reason }: EngineStatus): Section['entries'][number] {
  return [name, available ? summary : `not available here: ${(reason ?? 'unknown reason').split('\n', 1).join('')}`];
}
