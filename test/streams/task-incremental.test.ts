import { expect } from 'chai';
import { experiencesOf, firstValues, streamOf } from './own-streams.js';

describe('the task-incremental stream', () => {
  it('is the class-incremental one with task labels, in experiences and in what is measured', async () => {
    const [own, other] = [
      await streamOf('task-incremental', { tasks: 5, classOrder: 'random' }),
      await streamOf('class-incremental', { tasks: 5, classOrder: 'random', taskLabels: true }),
    ];
    expect(own.gives).to.deep.equal({ boundaries: true, taskLabels: true });
    const described = async (stream: typeof own) =>
      (await experiencesOf(stream)).map((one) => ({ ...one, train: firstValues(one) }));
    expect(await described(own)).to.deep.equal(await described(other));
    expect(own.evaluation.map(({ name, taskLabel }) => [name, taskLabel])).to.deep.equal(
      other.evaluation.map(({ name, taskLabel }) => [name, taskLabel]),
    );
    expect(own.evaluation.map(({ taskLabel }) => taskLabel)).to.deep.equal([1, 2, 3, 4, 5]);
  });
});
