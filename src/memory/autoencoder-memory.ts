import { labelsOf, rowRange, rowsByLabel, type Samples } from '../core/dataset.js';
import type { Warning } from '../core/warning.js';
import type { Encoder } from '../core/encoder.js';
import type { Dreams, Memory, MemoryBatch } from '../core/memory.js';
import type { RandomStream } from '../core/random.js';
import type { FrozenAutoencoder, LabelledCodes, Sampler } from '../core/sampler.js';
import { bytesOf, combine, part, type Snapshot } from '../core/snapshot.js';
import type { Teacher } from '../core/teacher.js';
import { ReverieError } from '../core/errors.js';
import type { TrainedFunction } from '../core/trained-function.js';
import type { Variables } from '../engine/engine.js';
import type { MemoryNetwork } from './autoencoders/memory-network.js';
import { balancedCodes, encodeSeen, labelledBy, labelledWalks } from './labelled-rows.js';
import type { TeacherSource } from './teachers.js';
import type { LatentFlow } from './latent-flow.js';
import { TargetPool } from './target-pool.js';

export interface AutoencoderMemoryParts {
  readonly autoencoder: MemoryNetwork;
  readonly encoder: Encoder;
  readonly sampler: Sampler;
  readonly teachers: TeacherSource;
  /** Makes codes of noise, where walks are to start from those. */
  readonly flow?: LatentFlow | undefined;
  /** Dreams that the sampler's statistics are refitted on when a task ends, shared by all old classes. */
  readonly refitDreams: number;
  /** Whether the optimiser begins anew when a task ends; it does where absent. */
  readonly resetOptimiser?: boolean | undefined;
  readonly random: { readonly encoder: RandomStream; readonly sampler: RandomStream };
}

/** What dreams: the autoencoder as it was at the end of the last task, and who labels what it dreams. */
interface Frozen {
  readonly parameters: Variables;
  readonly teacher: Teacher;
}

/**
 * An autoencoder whose working copy learns new data and dreams together, while a frozen copy, walked upon by the
 * sampler, dreams what came before. After a task the working copy is frozen in turn.
 */
export class AutoencoderMemory implements Memory {
  readonly savesWithinTask = true;
  #frozen: Frozen | undefined;
  /** Whether the working copy has learnt since it was frozen. */
  #trained = false;
  readonly #targets: TargetPool;

  /** @throws bad-scenario where the sampler does not suit the autoencoder */
  constructor(private readonly parts: AutoencoderMemoryParts) {
    this.#targets = new TargetPool(parts.encoder);
    try {
      parts.sampler.check?.(this.#with(parts.autoencoder.trainer.variables));
    } catch (error) {
      parts.autoencoder.dispose();
      throw error;
    }
  }

  async train(batch: MemoryBatch): Promise<number> {
    this.#trained = true;
    const { autoencoder, random } = this.parts;
    const targets = this.#targets.targets(batch, autoencoder.trainer.steps, random.encoder);
    return autoencoder.train(batch.count, batch.features, targets, batch.weights, batch);
  }

  async dream(count: number): Promise<Dreams | undefined> {
    const { sampler, random } = this.parts;
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    const draw = await sampler.sample(this.#with(parameters), teacher, count, random.sampler);
    return { ...draw, ...(await labelledBy(teacher, draw.features, count)) };
  }

  walks(count: number, random: RandomStream): AsyncIterable<Dreams> | undefined {
    const { sampler } = this.parts;
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    const walks = sampler.walks?.(this.#with(parameters), count, random);
    return walks && labelledWalks(teacher, walks, count);
  }

  async reinject(features: Float32Array, count: number): Promise<Dreams | undefined> {
    if (this.#frozen === undefined) return undefined;
    const { parameters, teacher } = this.#frozen;
    return labelledBy(teacher, await this.#with(parameters).reconstruct(features, count), count);
  }

  frozenAutoencoder(): FrozenAutoencoder | undefined {
    return this.#frozen && this.#with(this.#frozen.parameters);
  }

  async consolidate(train: Samples, teacher: Teacher): Promise<void> {
    const { autoencoder, teachers } = this.parts;
    if (train.size === 0) {
      teacher.dispose();
      const problem = 'a task ended that had no samples; there is nothing of it to remember, take its classes out';
      throw new ReverieError('bad-data', problem);
    }
    autoencoder.addClasses?.(teacher.classes);
    const parameters = autoencoder.freeze();
    let codes: Promise<LabelledCodes> | undefined;
    const seenCodes = (): Promise<LabelledCodes> => (codes ??= this.#allCodes(train, parameters));
    let dreamTeacher: Teacher | undefined;
    try {
      dreamTeacher = await teachers.consolidate({ learner: teacher, parameters, seenCodes });
      // What was seen is dreamt with the flow of before, so it must be encoded before the flow learns it.
      await this.parts.flow?.learn(await seenCodes());
      await this.#adaptSampler(train, parameters, dreamTeacher, seenCodes);
    } catch (error) {
      dreamTeacher?.dispose();
      parameters.dispose();
      throw error;
    }
    this.#releaseFrozen();
    this.#frozen = { parameters, teacher: dreamTeacher };
    this.#trained = false;
    this.#targets.clear();
    if (this.parts.resetOptimiser !== false) autoencoder.trainer.resetOptimiser();
  }

  bytes(): number {
    if (this.#frozen === undefined) return 0;
    const { parameters, teacher } = this.#frozen;
    return (
      bytesOf({ json: null, tensors: parameters.readAll() }) +
      this.statisticsBytes() +
      (this.parts.flow?.bytes() ?? 0) +
      teacher.bytes()
    );
  }

  statisticsBytes(): number {
    return bytesOf(this.parts.sampler.save());
  }

  storedSamples(): number {
    return this.parts.sampler.storedSamples?.() ?? 0;
  }

  warnings(): readonly Warning[] {
    const { width, codeWidth } = this.#with(this.parts.autoencoder.trainer.variables);
    const others = [...(this.parts.autoencoder.warnings?.() ?? []), ...(this.parts.sampler.warnings?.() ?? [])];
    if (codeWidth < width) return others;
    const message =
      `the memory's code has ${codeWidth} values for samples of ${width}: nothing need be lost on the way through, so the ` +
      'autoencoder may learn the identity, which pulls a walk towards nothing it has learnt; dreams come from what it ' +
      'loses, so give the memory a "latent" far below the width of a sample';
    return [...others, { type: 'warning', code: 'memory-not-lossy', message }];
  }

  save(): Promise<Snapshot> {
    const { autoencoder, sampler, teachers, flow } = this.parts;
    const ofTeacher = teachers.save();
    return Promise.resolve(
      combine({
        ...{ autoencoder: autoencoder.save(), sampler: sampler.save(), targets: this.#targets.save() },
        ...(ofTeacher !== undefined && { teacher: ofTeacher }),
        ...(flow !== undefined && { flow: flow.save() }),
        ...(this.#frozen && { frozen: this.#saveFrozen(this.#frozen) }),
      }),
    );
  }

  restore(snapshot: Snapshot, teacher: Teacher | undefined): Promise<void> {
    const autoencoder = part(snapshot, 'autoencoder');
    const sampler = part(snapshot, 'sampler');
    if (autoencoder === undefined || sampler === undefined) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved memory lacks its autoencoder or sampler; the checkpoint is not usable',
      );
    }
    this.parts.autoencoder.restore(autoencoder);
    this.parts.sampler.restore(sampler);
    this.#targets.restore(part(snapshot, 'targets'));
    this.parts.flow?.restore(part(snapshot, 'flow'));
    this.#releaseFrozen();
    if (teacher !== undefined) {
      const parameters = this.#restoreFrozen(part(snapshot, 'frozen'));
      try {
        const dreamTeacher = this.parts.teachers.restore(part(snapshot, 'teacher'), { learner: teacher, parameters });
        this.#frozen = { parameters, teacher: dreamTeacher };
      } catch (error) {
        parameters.dispose();
        throw error;
      }
    }
    return Promise.resolve();
  }

  trainedFunctions(): Promise<readonly TrainedFunction[]> {
    return Promise.resolve([this.parts.autoencoder.decoder()]);
  }

  dispose(): void {
    this.#releaseFrozen();
    this.parts.flow?.dispose();
    this.parts.autoencoder.dispose();
  }

  async #adaptSampler(
    train: Samples,
    parameters: Variables,
    teacher: Teacher,
    allCodes: () => Promise<LabelledCodes>,
  ): Promise<void> {
    const { sampler, random } = this.parts;
    const autoencoder = this.#with(parameters);
    if (sampler.keepsStatistics) {
      const { codes, labels } = await allCodes();
      sampler.fit(codes, labels, autoencoder.codeWidth, random.sampler);
    }
    // With new statistics, or a new flow, the network of before would be walked upon from wrong starts: what was dreamt must do.
    const seenCodes = async (count: number): Promise<LabelledCodes> =>
      sampler.keepsStatistics || this.parts.flow !== undefined
        ? balancedCodes(await allCodes(), count, random.sampler)
        : this.#someCodes(train, parameters, count);
    await sampler.consolidate?.({ autoencoder, teacher, train, seenCodes }, random.sampler);
  }

  /** Codes of the task's real samples, and of dreams of everything before, are what was seen so far. */
  #allCodes(train: Samples, parameters: Variables): Promise<LabelledCodes> {
    const dreamt = this.#frozen === undefined ? 0 : this.parts.refitDreams;
    const rows = rowRange(0, train.size);
    return encodeSeen(this.#with(parameters), train, rows, dreamt, (count) => this.dream(count));
  }

  /** Codes of real samples of the task and of dreams, as many of each as there are classes of them. */
  #someCodes(train: Samples, parameters: Variables, count: number): Promise<LabelledCodes> {
    const { sampler } = this.parts.random;
    const rowsOf = [...rowsByLabel(labelsOf(train)).values()];
    const before = this.#frozen?.teacher.classes.length ?? 0;
    const perClass = Math.max(1, Math.round(count / (rowsOf.length + before)));
    const rows = rowsOf.flatMap((own) =>
      [...sampler.permutation(own.length).subarray(0, perClass)].map((i) => own[i] ?? 0),
    );
    return encodeSeen(this.#with(parameters), train, Uint32Array.from(rows), before * perClass, (dreams) =>
      this.dream(dreams),
    );
  }

  /** Between tasks the working copy is the frozen one, which need not be written twice. */
  #saveFrozen({ parameters }: Frozen): Snapshot {
    return this.#trained ? this.parts.autoencoder.saveFrozen(parameters) : { json: 'as trained', tensors: {} };
  }

  #restoreFrozen(saved: Snapshot | undefined): Variables {
    const { autoencoder } = this.parts;
    if (saved === undefined) {
      throw new ReverieError(
        'bad-checkpoint',
        'the saved memory lacks the autoencoder that dreams; the checkpoint is not usable',
      );
    }
    this.#trained = saved.json !== 'as trained';
    return this.#trained ? autoencoder.restoreFrozen(saved) : autoencoder.freeze();
  }

  #releaseFrozen(): void {
    this.#frozen?.parameters.dispose();
    this.#frozen?.teacher.dispose();
    this.#frozen = undefined;
  }

  #with(parameters: Variables): FrozenAutoencoder {
    const { autoencoder, flow } = this.parts;
    const plain = autoencoder.with(parameters);
    return flow === undefined ? plain : { ...plain, samplePrior: (count, random) => flow.samplePrior(count, random) };
  }
}
