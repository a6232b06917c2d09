import { Container, ContainerModule } from 'inversify';
import { ReverieError } from '../core/errors.js';
import { unknownName } from '../core/suggestion.js';
import { dataSets } from '../data/data-sets.js';
import { learners } from '../learners/learners.js';
import { encoders } from '../memory/encoders/encoders.js';
import { memories } from '../memory/memories.js';
import { samplers } from '../memory/sampling/samplers.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { partKinds, partTokens, type PartKind, type PartKinds } from './tokens.js';

/** Parts by kind and name: what reverie has built in, and what a plug-in brings. */
export type PartSet = { readonly [Kind in PartKind]?: Readonly<Record<string, PartKinds[Kind]>> };

const builtIn: PartSet = { datasets: dataSets, learners, memories, encoders, samplers };

/** The parts, bound by kind and name in an Inversify container. */
export class PartRegistry {
  readonly container = new Container();
  readonly #names: Record<PartKind, string[]> = {
    datasets: [],
    learners: [],
    memories: [],
    encoders: [],
    samplers: [],
  };

  constructor() {
    this.add(builtIn, 'reverie');
  }

  /**
   * Binds more parts.
   *
   * @param source who brings them, for messages
   * @throws bad-plugin where a name is taken: a scenario must mean the same whatever else is loaded
   */
  add(parts: PartSet, source: string): void {
    const module = new ContainerModule(({ bind }) => {
      for (const kind of partKinds) {
        for (const [name, part] of Object.entries(parts[kind] ?? {})) {
          if (this.#names[kind].includes(name)) {
            throw new ReverieError(
              'bad-plugin',
              `${source}: there is already one "${name}" among the ${kind}; give it another name`,
            );
          }
          bind<unknown>(partTokens[kind]).toConstantValue(part).whenNamed(name);
          this.#names[kind].push(name);
        }
      }
    });
    this.container.load(module);
  }

  /** @throws unknown-name with the names that are known */
  part<Kind extends PartKind>(kind: Kind, name: string): PartKinds[Kind] {
    if (!this.#names[kind].includes(name)) throw unknownName(kind, name, this.#names[kind]);
    return this.container.get(partTokens[kind], { name });
  }

  /** All parts, as scenarios are checked against them. */
  catalogue(): Catalogue {
    const all = <Kind extends PartKind>(kind: Kind): Record<string, PartKinds[Kind]> =>
      Object.fromEntries(this.#names[kind].map((name) => [name, this.part(kind, name)]));
    return {
      datasets: all('datasets'),
      learners: all('learners'),
      memories: all('memories'),
      encoders: all('encoders'),
      samplers: all('samplers'),
      defaults: { memory: 'autoencoder', encoder: 'identity', sampler: 'latent' },
    };
  }
}
