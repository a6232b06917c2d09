import type { LabelledCodes } from '../../core/sampler.js';
import type { Snapshot } from '../../core/snapshot.js';
import type { Teacher } from '../../core/teacher.js';
import type { Variables } from '../../engine/engine.js';

/** What there is to make the teacher of a memory from when a task ends. */
export interface TeacherContext {
  /** The learner as it is now; the source owns it from here on. */
  readonly learner: Teacher;
  /** The memory's frozen network, which dreams from now on; stays the memory's, and outlives the teacher. */
  readonly parameters: Variables;
  /** Codes of what was seen so far, of the task's samples and of dreams, with their classes. Takes a while. */
  seenCodes(): Promise<LabelledCodes>;
}

/** Where the teacher that labels the dreams of a memory comes from. */
export interface TeacherSource {
  /** The teacher from now on; the memory disposes it before it asks for another. */
  consolidate(context: TeacherContext): Promise<Teacher>;
  /** What the teacher needs besides learner and network; nothing where it has nothing of its own. */
  save(): Snapshot | undefined;
  /**
   * The teacher again, for a memory that was restored.
   *
   * @throws bad-checkpoint where `saved` lacks what {@link save} gave
   */
  restore(saved: Snapshot | undefined, context: Omit<TeacherContext, 'seenCodes'>): Teacher;
}

/** The learner of the end of the last task labels: what pseudo-rehearsal with a separate classifier does. */
export const learnerAsTeacher: TeacherSource = {
  consolidate: ({ learner }) => Promise.resolve(learner),
  save: () => undefined,
  restore: (_saved, { learner }) => learner,
};

/** A network that can name the classes of what it dreams labels with its own class head; there is no other teacher. */
export function ownClassHead(network: { teacher(parameters: Variables): Teacher }): TeacherSource {
  const teacher = ({ learner, parameters }: Omit<TeacherContext, 'seenCodes'>): Teacher => {
    learner.dispose();
    return network.teacher(parameters);
  };
  return {
    consolidate: (context) => Promise.resolve(teacher(context)),
    save: () => undefined,
    restore: (_saved, context) => teacher(context),
  };
}
