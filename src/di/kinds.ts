import type { ServiceIdentifier } from 'inversify';
import type { Dataset } from '../core/dataset.js';
import type { Encoder } from '../core/encoder.js';
import type { Learner } from '../core/learner.js';
import type { Memory } from '../core/memory.js';
import type { ObserverContext, RunObserver } from '../core/observer.js';
import type { NamedPart } from '../core/part.js';
import type { Sampler } from '../core/sampler.js';
import type { ContinualStream } from '../core/stream.js';
import { dataSets, type DataContext } from '../data/data-sets.js';
import type { LearnerContext } from '../learners/context.js';
import { learners } from '../learners/learners.js';
import type { AutoencoderContext } from '../memory/autoencoders/autoencoder.js';
import { autoencoders } from '../memory/autoencoders/autoencoders.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';
import { encoders } from '../memory/encoders.js';
import { memories, type MemoryContext } from '../memory/memories.js';
import { samplers } from '../memory/sampling/samplers.js';
import { observers } from '../observers/observers.js';
import type { Probe, ProbeContext } from '../representation/probes/probe.js';
import { probes } from '../representation/probes/probes.js';
import type { StreamContext } from '../streams/context.js';
import { streams } from '../streams/streams.js';

/** A kind of part: what a plug-in may bring, and `reverie list` shows. */
interface Kind<Context, Made> {
  /** What messages call one of them. */
  readonly noun: string;
  readonly plural: string;
  /** What a part must make: TypeScript checks it, parts in JavaScript are checked when they are made. */
  readonly members: readonly (keyof Made & string)[];
  readonly builtIn: Readonly<Record<string, NamedPart<Context, Made>>>;
  /** Under it, with the part's name, the parts of the kind are bound in the container. */
  readonly token: ServiceIdentifier<NamedPart<Context, Made>>;
}

function kind<Context, Made>(
  [noun, plural]: readonly [noun: string, plural: string],
  members: readonly (keyof Made & string)[],
  builtIn: Readonly<Record<string, NamedPart<Context, Made>>>,
): Kind<Context, Made> {
  return { noun, plural, members, builtIn, token: Symbol.for(`reverie/${noun}`) };
}

/**
 * All kinds of parts. Registry, container, catalogue, `reverie list`, the type of a plug-in and messages derive from it: a
 * new kind is a line here, and a place in a schema of `scenarios` where a file is to name it.
 */
export const kinds = {
  datasets: kind<DataContext, Dataset>(['data set', 'data sets'], ['train', 'test', 'classes'], dataSets),
  streams: kind<StreamContext, ContinualStream>(['stream', 'streams'], ['experiences', 'evaluation', 'gives'], streams),
  learners: kind<LearnerContext, Learner>(
    ['learner', 'learners'],
    ['learn', 'predict', 'save', 'restore', 'footprint', 'dispose'],
    learners,
  ),
  memories: kind<MemoryContext, Memory>(
    ['memory', 'memories'],
    ['train', 'dream', 'consolidate', 'bytes', 'save', 'restore', 'dispose'],
    memories,
  ),
  encoders: kind<undefined, Encoder>(['encoder', 'encoders'], ['targets'], encoders),
  samplers: kind<undefined, Sampler>(['sampler', 'samplers'], ['sample', 'fit', 'save', 'restore'], samplers),
  autoencoders: kind<AutoencoderContext, MemoryNetwork>(
    ['autoencoder', 'autoencoders'],
    ['train', 'freeze', 'with', 'decoder', 'save', 'restore', 'dispose'],
    autoencoders,
  ),
  observers: kind<ObserverContext, RunObserver>(['observer', 'observers'], ['observe'], observers),
  probes: kind<ProbeContext, Probe>(['probe', 'probes'], ['fit'], probes),
};

export type PartKind = keyof typeof kinds;

/** A part of a kind. */
export type PartOf<K extends PartKind> = (typeof kinds)[K]['builtIn'][string];

type Make<K extends PartKind> = PartOf<K>['make'];
/** What a part of a kind is made from. */
export type ContextOf<K extends PartKind> = Parameters<Make<K>>[1];
/** What a part of a kind makes. */
export type MadeOf<K extends PartKind> = Awaited<ReturnType<Make<K>>>;

/** Parts by kind and name: what reverie has built in, and what a plug-in brings. */
export type PartSet = { readonly [K in PartKind]?: Readonly<Record<string, PartOf<K>>> };

export const partKinds = Object.keys(kinds) as readonly PartKind[];
