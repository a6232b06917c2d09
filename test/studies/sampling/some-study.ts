import type { SamplingStudy, StudyCell } from '../../../src/studies/sampling/sampling-result.js';
import { syntheticDataset } from '../../../src/data/synthetic.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { CellStore } from '../../../src/studies/cell-store.js';
import type { MemoryPlan, StudyPlan } from '../../../src/studies/sampling/study-plan.js';
import type { StudySetup } from '../../../src/studies/sampling/study-setup.js';

export const blobs = syntheticDataset({
  classes: 3,
  width: 12,
  trainPerClass: 60,
  testPerClass: 40,
  spread: 0.05,
  seed: 4,
});

const walks = [{ lambda: 0.3, jumps: 5, collect: 'noisy' }] as const;
const none = { gaussian: 0, saltAndPepper: 0 };
const some = { gaussian: 0.1, saltAndPepper: 0.1 };
const deep = { hidden: [16], latent: 6, activation: 'relu', epochs: 20, batch: 20, outputBias: 'mean', walks } as const;
const shallow = {
  hidden: [],
  latent: 6,
  activation: 'tanh',
  epochs: 10,
  batch: 20,
  outputBias: 'mean',
  walks,
} as const;

/** A plan of a second or so, with the four kinds of autoencoders. */
export const tinyPlan: StudyPlan = {
  hidden: [16],
  initialisation: 'auto',
  teacher: { epochs: 30, batch: 20 },
  student: { epochs: 2, steps: 150, batch: 20 },
  memories: [
    { name: 'deep-ae', ...deep, noise: none },
    { name: 'shallow-ae', ...shallow, noise: none },
    { name: 'deep-dae', ...deep, noise: some },
    { name: 'shallow-dae', ...shallow, noise: some },
  ] satisfies readonly MemoryPlan[],
};

/** A store in memory. */
export function storeInMemory(): CellStore<StudyCell, SamplingStudy> & {
  readonly cells: Map<string, StudyCell>;
  finished: SamplingStudy[];
} {
  const cells = new Map<string, StudyCell>();
  const finished: SamplingStudy[] = [];
  return {
    cells,
    finished,
    read: (name) => Promise.resolve(cells.get(name)),
    write: (cell) => {
      cells.set(cell.name, cell);
      return Promise.resolve();
    },
    finish: (study) => {
      finished.push(study);
      return Promise.resolve();
    },
  };
}

/** A small study of the blobs whose clock stands still. */
export function tinyStudy(engine: Engine, changes: Partial<StudySetup> = {}): StudySetup {
  return {
    table: 'mnist',
    dataset: blobs,
    budget: 'quick',
    plan: tinyPlan,
    seed: 1,
    engine,
    versions: { reverie: '0.1.0' },
    validate: false,
    store: storeInMemory(),
    clock: () => 0,
    ...changes,
  };
}

/** A cell as a study makes it. */
export function someCell(changes: Partial<StudyCell> = {}): StudyCell {
  return {
    name: 'deep-ae',
    title: 'Deep AE',
    paper: 0.978,
    accuracy: 0.9712,
    curve: [0.95, 0.9712],
    memoryLosses: [120, 90],
    walks: [{ lambda: 1, jumps: 9, collect: 'noisy', curve: [0.95, 0.9712] }],
    seconds: 12.5,
    ...changes,
  };
}
