import type { ServiceIdentifier } from 'inversify';
import type { Dataset } from '../core/dataset.js';
import type { Encoder } from '../core/encoder.js';
import type { Learner } from '../core/learner.js';
import type { Memory } from '../core/memory.js';
import type { NamedPart } from '../core/part.js';
import type { Sampler } from '../core/sampler.js';
import type { DataContext } from '../data/data-sets.js';
import type { LearnerContext } from '../learners/context.js';
import type { AutoencoderContext } from '../memory/autoencoders/autoencoder-part.js';
import type { MemoryNetwork } from '../memory/autoencoders/memory-network.js';
import type { MemoryContext } from '../memory/memory-context.js';
import type { ContinualStream } from '../core/stream.js';
import type { StreamContext } from '../streams/context.js';
import type { Probe, ProbeContext } from '../representation/probes/probe.js';

/** The kinds of parts that a scenario names and a plug-in may bring. */
export interface PartKinds {
  readonly datasets: NamedPart<DataContext, Dataset>;
  readonly streams: NamedPart<StreamContext, ContinualStream>;
  readonly learners: NamedPart<LearnerContext, Learner>;
  readonly memories: NamedPart<MemoryContext, Memory>;
  readonly encoders: NamedPart<undefined, Encoder>;
  readonly samplers: NamedPart<undefined, Sampler>;
  readonly autoencoders: NamedPart<AutoencoderContext, MemoryNetwork>;
  readonly probes: NamedPart<ProbeContext, Probe>;
}

export type PartKind = keyof PartKinds;

/** Under these identifiers, each with the part's name, the parts are bound in the container. */
export const partTokens: { readonly [Kind in PartKind]: ServiceIdentifier<PartKinds[Kind]> } = {
  datasets: Symbol.for('reverie/DatasetPart'),
  streams: Symbol.for('reverie/StreamPart'),
  learners: Symbol.for('reverie/LearnerPart'),
  memories: Symbol.for('reverie/MemoryPart'),
  encoders: Symbol.for('reverie/EncoderPart'),
  samplers: Symbol.for('reverie/SamplerPart'),
  autoencoders: Symbol.for('reverie/AutoencoderPart'),
  probes: Symbol.for('reverie/ProbePart'),
};

export const partKinds = [
  'datasets',
  'streams',
  'learners',
  'memories',
  'encoders',
  'samplers',
  'autoencoders',
  'probes',
] as const satisfies readonly PartKind[];
