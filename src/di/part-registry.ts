import type { Container, ServiceIdentifier } from 'inversify';
import { isReverieError, messageOf, ReverieError } from '../core/errors.js';
import type { NamedPart } from '../core/part.js';
import { unknownName } from '../core/suggestion.js';
import { recipes } from '../learners/recipes.js';
import type { Catalogue } from '../scenarios/catalogue.js';
import { defaultStream, type PartChoice } from '../scenarios/scenario.js';
import { kinds, partKinds, type ContextOf, type MadeOf, type PartKind, type PartOf, type PartSet } from './kinds.js';

/** What parts are made by: a container, or the resolution that is under way in it. */
export type Resolver = Pick<Container, 'get'>;

/**
 * The parts by kind and name, one Inversify module for each source of parts. What only looks at them, such as
 * `reverie list`, does not wait for Inversify to load.
 */
export class PartRegistry {
  readonly #modules: PartSet[] = [];
  /** Who brought a part, where it is none of reverie's own. */
  readonly #sources = new Map<object, string>();
  #container: Promise<Container> | undefined;

  constructor() {
    this.add(Object.fromEntries(partKinds.map((kind) => [kind, kinds[kind].builtIn])), 'reverie');
  }

  /**
   * Adds parts.
   *
   * @param source who brings them, for messages
   * @throws bad-plugin where a name is taken: a scenario must mean the same whatever else is loaded
   */
  add(parts: PartSet, source: string): void {
    for (const kind of partKinds) {
      const taken = Object.keys(parts[kind] ?? {}).find((name) => this.#names(kind).includes(name));
      if (taken === undefined) continue;
      const { noun } = kinds[kind];
      throw new ReverieError('bad-plugin', `${source}: there is already a ${noun} "${taken}"; give it another name`);
    }
    this.#modules.push(parts);
    if (this.#modules.length > 1) {
      for (const kind of partKinds) {
        for (const part of Object.values<object>(parts[kind] ?? {})) this.#sources.set(part, source);
      }
    }
    this.#container = undefined;
  }

  /** Holds all parts, each under the token of its kind and its name; what a run needs is bound in containers below it. */
  container(): Promise<Container> {
    this.#container ??= this.#bind();
    return this.#container;
  }

  /**
   * Makes a part.
   *
   * @param resolver where the part is looked up; the container of all parts unless given
   * @throws unknown-name with the names that are known, bad-plugin where what is made lacks a member, or a part of a
   *   plug-in throws something that is no ReverieError
   */
  async make<K extends PartKind>(
    kind: K,
    { name, options }: PartChoice,
    context: ContextOf<K>,
    resolver?: Resolver,
  ): Promise<MadeOf<K>> {
    const { noun, members, token } = kinds[kind];
    const known = this.#names(kind);
    if (!known.includes(name)) throw unknownName(noun, name, known);
    // The compiler does not follow that token, context and part are of one kind.
    const part = (resolver ?? (await this.container())).get(token as ServiceIdentifier<NamedPart<unknown, MadeOf<K>>>, {
      name,
    });
    const made = await this.#making(part, `${noun} "${name}"`, () => part.make(options, context));
    const missing = members.filter((member) => !has(made, member));
    if (missing.length === 0) return made;
    throw new ReverieError(
      'bad-plugin',
      `${noun} "${name}" lacks ${missing.join(', ')}; what its "create" gives must have ${members.join(', ')}`,
    );
  }

  /** What `make` gives; whatever a plug-in throws in it names the plug-in. */
  async #making<Made>(part: object, what: string, make: () => Made | Promise<Made>): Promise<Made> {
    const source = this.#sources.get(part);
    try {
      return await make();
    } catch (cause) {
      if (source === undefined || isReverieError(cause)) throw cause;
      throw new ReverieError(
        'bad-plugin',
        `${source}: ${what} cannot be made: ${messageOf(cause)}; this is thrown in its "create", which REVERIE_DEBUG=1 ` +
          'shows with its place',
        { cause },
      );
    }
  }

  /** Where a part of a plug-in comes from; undefined for one of reverie's own. */
  sourceOf(kind: PartKind, name: string): string | undefined {
    const part = this.#modules.map((module) => module[kind]?.[name]).find((one) => one !== undefined);
    return part === undefined ? undefined : this.#sources.get(part);
  }

  /** All parts, as scenarios are checked against them. */
  catalogue(): Catalogue {
    const parts = Object.fromEntries(
      partKinds.map((kind) => [kind, Object.assign({}, ...this.#modules.map((module) => module[kind]))]),
    ) as { readonly [K in PartKind]: Readonly<Record<string, PartOf<K>>> };
    const nouns = Object.fromEntries(
      Object.entries(kinds).flatMap(([kind, { noun }]) => [
        [kind, noun],
        [noun.replaceAll(' ', ''), noun],
      ]),
    );
    const defaults = { stream: defaultStream, memory: 'autoencoder', encoder: 'identity', sampler: 'latent' };
    return { ...parts, recipes, nouns: { ...nouns, domains: 'domain', recipe: 'recipe' }, defaults };
  }

  #names(kind: PartKind): readonly string[] {
    return this.#modules.flatMap((module) => Object.keys(module[kind] ?? {}));
  }

  async #bind(): Promise<Container> {
    // A tenth of a second to load: only what makes parts needs it.
    const { Container, ContainerModule } = await import('inversify');
    const container = new Container();
    for (const parts of this.#modules) {
      const module = new ContainerModule(({ bind }) => {
        for (const kind of partKinds) {
          for (const [name, part] of Object.entries(parts[kind] ?? {})) {
            bind<unknown>(kinds[kind].token).toConstantValue(part).whenNamed(name);
          }
        }
      });
      container.load(module);
    }
    return container;
  }
}

function has(made: unknown, member: string): boolean {
  const value: unknown = typeof made === 'object' && made !== null ? Reflect.get(made, member) : undefined;
  return typeof value === 'function' || (typeof value === 'object' && value !== null);
}
