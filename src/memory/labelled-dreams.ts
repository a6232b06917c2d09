import type { Teacher } from '../core/teacher.js';
import type { Dreams } from '../core/memory.js';

/** `count` rows with the labels that the teacher gives them. */
export async function labelledBy(teacher: Teacher, features: Float32Array, count: number): Promise<Dreams> {
  return { count, features, logits: await teacher.label(features, count), classes: teacher.classes };
}

/** Walks side by side with the labels that the teacher gives to where they are after each jump. */
export async function* labelledWalks(
  teacher: Teacher,
  walks: AsyncIterable<Float32Array>,
  count: number,
): AsyncGenerator<Dreams, void, undefined> {
  for await (const features of walks) yield await labelledBy(teacher, features, count);
}
