import type { Container, ServiceIdentifier } from 'inversify';
import type { Samples } from '../core/dataset.js';
import type { Encoder } from '../core/encoder.js';
import type { Learner } from '../core/learner.js';
import type { Memory } from '../core/memory.js';
import type { RandomStreams } from '../core/random.js';
import type { Sampler } from '../core/sampler.js';
import type { Engine } from '../engine/engine.js';
import type { OwnMemory } from '../learners/context.js';
import type { PartChoice, Scenario } from '../scenarios/scenario.js';
import type { PartRegistry } from './part-registry.js';

/** Under these identifiers the container of a run binds what the run is made of; `configure` may bind others in their place. */
export const runTokens = {
  engine: Symbol.for('reverie/Engine') as ServiceIdentifier<Engine>,
  random: Symbol.for('reverie/RandomStreams') as ServiceIdentifier<RandomStreams>,
  encoder: Symbol.for('reverie/Encoder') as ServiceIdentifier<Encoder>,
  /** A new one at each request, as a memory may have several networks; likewise memory and learner. */
  sampler: Symbol.for('reverie/Sampler') as ServiceIdentifier<Sampler>,
  memory: Symbol.for('reverie/Memory') as ServiceIdentifier<Memory>,
  learner: Symbol.for('reverie/Learner') as ServiceIdentifier<Learner>,
} as const;

/** Changes the container of a run before anything is made by it, e.g. `container.rebind(runTokens.sampler).toConstantValue(mine)`. */
export type Configure = (container: Container) => void | Promise<void>;

/** What a learner is made from, but for its parts. */
export interface RunParts {
  readonly learner: PartChoice;
  readonly scenario: Pick<Scenario, 'plan' | 'memory'>;
  readonly samples: Pick<Samples, 'shape' | 'width'>;
  /** Classes that the stream measures. */
  readonly classCount: number;
  readonly engine: Engine;
  readonly random: RandomStreams;
}

/**
 * The container of one run, below that of all parts. It makes learner, memory, encoder and samplers on demand; activation
 * hooks see each of them before whoever asked for it.
 */
export async function runContainer(
  registry: PartRegistry,
  { learner, scenario, samples: { shape, width }, classCount, engine, random }: RunParts,
  configure?: Configure,
): Promise<Container> {
  const { Container, ContainerModule } = await import('inversify');
  const container = new Container({ parent: await registry.container() });
  const { plan, memory } = scenario;
  const context = () => ({
    engine: container.get(runTokens.engine),
    random: container.get(runTokens.random),
    shape,
    width,
  });
  const made = async (choice: PartChoice, encoder: Encoder, samplerAgain: () => Promise<Sampler>): Promise<Memory> => {
    const own = { ...context(), encoder, sampler: await samplerAgain(), samplerAgain };
    return registry.make('memories', choice, own, container);
  };
  const memoryOf = async (own: OwnMemory): Promise<Memory> => {
    const encoder = await registry.make('encoders', { name: 'identity', options: {} }, undefined, container);
    const samplerAgain = () => Promise.resolve(registry.make('samplers', own.sampler, undefined, container));
    return made(own, encoder, samplerAgain);
  };
  const module = new ContainerModule(({ bind }) => {
    bind(runTokens.engine).toConstantValue(engine);
    bind(runTokens.random).toConstantValue(random);
    bind(runTokens.encoder).toDynamicValue(() => registry.make('encoders', memory.encoder, undefined, container));
    bind(runTokens.sampler).toDynamicValue(() => registry.make('samplers', memory.sampler, undefined, container));
    bind(runTokens.memory).toDynamicValue(async () => {
      const encoder = await container.getAsync(runTokens.encoder);
      return made(memory, encoder, () => container.getAsync(runTokens.sampler));
    });
    bind(runTokens.learner).toDynamicValue(() => {
      const memories = { memory: () => container.getAsync(runTokens.memory), memoryOf };
      const own = { ...context(), plan, classCount, ...memories };
      return registry.make('learners', learner, own, container);
    });
  });
  container.load(module);
  await configure?.(container);
  return container;
}
