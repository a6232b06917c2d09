import { compose } from '../../di/composition.js';
import { loadScenario } from '../../scenarios/load-scenario.js';
import { resolveScenario } from '../../scenarios/shipped-scenarios.js';
import { taskGroups } from '../../scenarios/task-groups.js';
import type { Surroundings } from '../surroundings.js';

export interface ValidateOptions {
  readonly dataDir?: string;
  readonly set: readonly string[];
  readonly plugin: readonly string[];
}

/**
 * `reverie validate`: everything that `run` would refuse, but for what only the engine can know. Data are read, because
 * whether a split is possible depends on them.
 */
export async function validateCommand(
  argument: string,
  { dataDir, set, plugin }: ValidateOptions,
  { out }: Pick<Surroundings, 'out'>,
): Promise<void> {
  const file = await resolveScenario(argument);
  const composition = await compose({ engine: 'auto', plugins: plugin, dataDir });
  const scenario = await loadScenario(file, composition.catalogue, set);
  const groups = taskGroups(scenario, await composition.dataset(scenario), scenario.seed);
  const learners = scenario.learners.map(({ name }) => name).join(', ');
  out.write(`${file} is a valid scenario: ${scenario.name}, ${groups.length} tasks, learners ${learners}\n`);
}
