import { expect } from 'chai';
import { topClasses, type Teacher } from '../../src/core/teacher.js';
import { randomStream } from '../../src/core/random.js';
import type { Engine, Variables } from '../../src/engine/engine.js';
import { CodeTeachers, type CodeTeacherOptions } from '../../src/memory/teachers.js';
import { captureError } from '../support/capture-error.js';
import { engineForTest } from '../engine/engines-under-test.js';

/** A code that is the first two of a sample's three values. */
const encoding = {
  with: () => ({
    codeWidth: 2,
    encode: (features: Float32Array, count: number) =>
      Promise.resolve(Float32Array.from({ length: 2 * count }, (_, i) => features[3 * (i >> 1) + (i % 2)] ?? NaN)),
  }),
};

/** Three classes of codes in three corners of a square. */
const corners = new Map([
  [7, [0, 0]],
  [2, [1, 0]],
  [5, [0, 1]],
]);
const labels = Int32Array.from({ length: 300 }, (_, i) => [7, 2, 5][i % 3] ?? 0);
const noise = randomStream(3);
const codes = Float32Array.from(
  [...labels].flatMap((label) => (corners.get(label) ?? []).map((at) => at + 0.1 * noise.normal())),
);

const options: CodeTeacherOptions = { hidden: [], iterations: 200, batchSize: 32, learningRate: 0.05 };

function teacherOf(classes: readonly number[]): Teacher & { disposed: boolean } {
  return {
    classes,
    disposed: false,
    label: () => Promise.reject(new Error('the teacher was asked')),
    bytes: () => 1000,
    dispose() {
      this.disposed = true;
    },
  };
}

describe('labels from a classifier on codes', () => {
  let engine: Engine;
  let parameters: Variables;
  before(async () => {
    engine = await engineForTest();
    parameters = engine.variables({});
  });

  const known = () => Promise.resolve({ codes, labels });
  const made = (changed: Partial<CodeTeacherOptions> = {}): CodeTeachers =>
    new CodeTeachers(engine, encoding, { ...options, ...changed }, randomStream(1));

  /** What is said of the three corners; the third value of a sample is nothing that a code shows. */
  const saidOfCorners = async (codeTeacher: Teacher): Promise<number[]> => {
    const samples = Float32Array.of(0, 0, 9, 1, 0, -9, 0, 1, 9);
    return [...topClasses(await codeTeacher.label(samples, 3), codeTeacher.classes, 3)];
  };

  for (const hidden of [[], [16]]) {
    it(`names the class of a sample by its code, ${hidden.length} hidden layers`, async () => {
      const teacher = teacherOf([2, 5, 7]);
      const codeTeacher = await made({ hidden }).consolidate({ learner: teacher, parameters, seenCodes: known });
      expect(codeTeacher.classes).to.deep.equal([2, 5, 7]);
      expect(await saidOfCorners(codeTeacher)).to.deep.equal([7, 2, 5]);
      expect(teacher.disposed).to.equal(true);
      codeTeacher.dispose();
    });
  }

  it('counts the bytes of the classifier alone: two inputs, three classes', async () => {
    const codeTeacher = await made().consolidate({ learner: teacherOf([2, 5, 7]), parameters, seenCodes: known });
    expect(codeTeacher.bytes()).to.equal((2 * 3 + 3) * 4);
    codeTeacher.dispose();
  });

  it('restored, says the same, and is saved the same', async () => {
    const teachers = made();
    const codeTeacher = await teachers.consolidate({ learner: teacherOf([2, 5, 7]), parameters, seenCodes: known });
    const other = made();
    const teacher = teacherOf([2, 5, 7]);
    const restored = other.restore(teachers.save(), { learner: teacher, parameters });
    const samples = Float32Array.of(0.3, 0.4, 0, 0.9, 0.1, 0);
    expect(await restored.label(samples, 2)).to.deep.equal(await codeTeacher.label(samples, 2));
    expect(other.save()).to.deep.equal(teachers.save());
    expect(teacher.disposed).to.equal(true);
    for (const each of [codeTeacher, restored]) each.dispose();
  });

  it('has nothing to save before a task ended', () => {
    expect(made().save()).to.equal(undefined);
  });

  it('refuses a memory that was saved without it', async () => {
    const error = await captureError(() => made().restore(undefined, { learner: teacherOf([1]), parameters }));
    expect(error.code).to.equal('bad-checkpoint');
    expect(error.message).to.include("classifier on the memory's codes has no classes");
  });

  it('says so where it diverges', async () => {
    const broken = () => Promise.resolve({ codes: codes.map(() => NaN), labels });
    const moment = { learner: teacherOf([2, 5, 7]), parameters, seenCodes: broken };
    const error = await captureError(() => made().consolidate(moment));
    expect(error.code).to.equal('diverged');
    expect(error.message).to.include('classifier on codes is NaN at its step 1');
  });

  it('leaves nothing in the engine', async () => {
    const before = engine.liveBuffers();
    const codeTeacher = await made({ iterations: 2 }).consolidate({
      learner: teacherOf([2, 5, 7]),
      parameters,
      seenCodes: known,
    });
    await saidOfCorners(codeTeacher);
    codeTeacher.dispose();
    await Promise.resolve();
    expect(engine.liveBuffers()).to.equal(before);
  });
});
