import type { Teacher } from '../../core/teacher.js';
import type { LabelledCodes } from '../../core/sampler.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { Variables } from '../../engine/engine.js';

/** What there is to make a labeller of when a task ends. */
export interface LabellingMoment {
  /** The learner as it is now; whoever labels owns it from here on. */
  readonly teacher: Teacher;
  /** The memory's network as it dreams from now on; stays the memory's, and outlives the labeller. */
  readonly parameters: Variables;
  /** Codes of what is known now, of the task's samples and of dreams, with their classes. Takes a while. */
  known(): Promise<LabelledCodes>;
}

/** Who labels the dreams of a memory. */
export interface Labelling {
  /** The labeller from now on; the memory disposes it before it asks for another. */
  consolidate(moment: LabellingMoment): Promise<Teacher>;
  /** What a labeller needs besides teacher and network; nothing where it has nothing of its own. */
  save(): Snapshot | undefined;
  /**
   * The labeller again, for a memory that was restored.
   *
   * @throws bad-checkpoint where `saved` lacks what {@link save} gave
   */
  restore(saved: Snapshot | undefined, moment: Omit<LabellingMoment, 'known'>): Teacher;
}

/** The learner of the end of the last task labels: what pseudo-rehearsal with a separate classifier does. */
export const teacherLabelling: Labelling = {
  consolidate: ({ teacher }) => Promise.resolve(teacher),
  save: () => undefined,
  restore: (_saved, { teacher }) => teacher,
};

/** A network that can name the classes of what it dreams labels with its own class head; there is no other teacher. */
export function ownLabelling(network: { labeller(parameters: Variables): Teacher }): Labelling {
  const labeller = ({ teacher, parameters }: Omit<LabellingMoment, 'known'>): Teacher => {
    teacher.dispose();
    return network.labeller(parameters);
  };
  return {
    consolidate: (moment) => Promise.resolve(labeller(moment)),
    save: () => undefined,
    restore: (_saved, moment) => labeller(moment),
  };
}
