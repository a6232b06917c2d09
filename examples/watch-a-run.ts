// Runs a scenario from a program and watches what happens. Run it: node --import tsx examples/watch-a-run.ts
import { compose, loadScenario, resolveScenario, run } from 'reverie';

const composition = await compose({ engine: 'auto' });
const scenario = await loadScenario(await resolveScenario('smoke'), composition.catalogue);
const [, rehearsal = { name: 'rehearsal', options: {} }] = scenario.learners;

const watched = run(await composition.prepare(scenario, rehearsal, 1));
watched.events$.subscribe((event) => {
  if (event.type === 'task-started') console.log(`task ${event.task}: classes ${event.classes.join(', ')}`);
  if (event.type === 'evaluated' && event.moment === 'end') console.log(`accuracy over samples ${event.accuracy}`);
});
await watched.result();
await composition.dispose();
