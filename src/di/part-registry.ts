import type { Container } from 'inversify';
import { ReverieError } from '../core/errors.js';
import { unknownName } from '../core/suggestion.js';
import { dataSets } from '../data/data-sets.js';
import { learners } from '../learners/learners.js';
import { autoencoders } from '../memory/autoencoders/autoencoders.js';
import { encoders } from '../memory/encoders/encoders.js';
import { memories } from '../memory/memories.js';
import { samplers } from '../memory/sampling/samplers.js';
import { probes } from '../representation/probes/probes.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { defaultStream } from '../scenarios/scenario.js';
import { streams } from '../streams/streams.js';
import { partKinds, partTokens, type PartKind, type PartKinds } from './tokens.js';

/** Parts by kind and name: what reverie has built in, and what a plug-in brings. */
export type PartSet = { readonly [Kind in PartKind]?: Readonly<Record<string, PartKinds[Kind]>> };

const builtIn: PartSet = { datasets: dataSets, streams, learners, memories, encoders, samplers, autoencoders, probes };

/**
 * The parts by kind and name. An Inversify container makes them known to whoever builds a run; what only looks at them,
 * such as `reverie list`, does not wait for it to load.
 */
export class PartRegistry {
  readonly #parts: { readonly [Kind in PartKind]: Map<string, PartKinds[Kind]> } = {
    datasets: new Map(),
    streams: new Map(),
    learners: new Map(),
    memories: new Map(),
    encoders: new Map(),
    samplers: new Map(),
    autoencoders: new Map(),
    probes: new Map(),
  };
  #container: Promise<Container> | undefined;

  constructor() {
    this.add(builtIn, 'reverie');
  }

  /**
   * Takes in more parts.
   *
   * @param source who brings them, for messages
   * @throws bad-plugin where a name is taken: a scenario must mean the same whatever else is loaded
   */
  add(parts: PartSet, source: string): void {
    for (const kind of partKinds) this.#take(kind, parts[kind] ?? {}, source);
    this.#container = undefined;
  }

  /** @throws unknown-name with the names that are known */
  async part<Kind extends PartKind>(kind: Kind, name: string): Promise<PartKinds[Kind]> {
    if (!this.#parts[kind].has(name)) throw unknownName(kind, name, [...this.#parts[kind].keys()]);
    this.#container ??= this.#bind();
    return (await this.#container).get(partTokens[kind], { name });
  }

  /** All parts, as scenarios are checked against them. */
  catalogue(): Catalogue {
    const { datasets, streams, learners, memories, encoders, samplers, autoencoders, probes } = this.#parts;
    return {
      datasets: Object.fromEntries(datasets),
      streams: Object.fromEntries(streams),
      learners: Object.fromEntries(learners),
      memories: Object.fromEntries(memories),
      encoders: Object.fromEntries(encoders),
      samplers: Object.fromEntries(samplers),
      autoencoders: Object.fromEntries(autoencoders),
      probes: Object.fromEntries(probes),
      defaults: { stream: defaultStream, memory: 'autoencoder', encoder: 'identity', sampler: 'latent' },
    };
  }

  #take<Kind extends PartKind>(kind: Kind, parts: Readonly<Record<string, PartKinds[Kind]>>, source: string): void {
    const known: Map<string, PartKinds[Kind]> = this.#parts[kind];
    for (const [name, part] of Object.entries(parts)) {
      if (known.has(name)) {
        throw new ReverieError(
          'bad-plugin',
          `${source}: there is already one "${name}" among the ${kind}; give it another name`,
        );
      }
      known.set(name, part);
    }
  }

  async #bind(): Promise<Container> {
    // A tenth of a second to load: only what makes parts needs it.
    const { Container } = await import('inversify');
    const container = new Container();
    for (const kind of partKinds) {
      for (const [name, part] of this.#parts[kind]) {
        container.bind<unknown>(partTokens[kind]).toConstantValue(part).whenNamed(name);
      }
    }
    return container;
  }
}
