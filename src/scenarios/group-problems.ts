import type { Problem } from './problem.js';

/** What is wrong with explicit class groups whatever the data are: groups without a class, classes in two groups. */
export function groupProblems(groups: readonly (readonly unknown[])[]): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<unknown, number>();
  groups.forEach((group, i) => {
    if (group.length === 0) {
      problems.push({ path: ['tasks', i], message: 'the group is empty; expected at least one class a task' });
    }
    group.forEach((label, j) => {
      const before = seen.get(label);
      if (before === undefined) seen.set(label, i);
      else {
        const where = before === i ? 'twice in this group' : `also in the group of task ${before + 1}`;
        problems.push({
          path: ['tasks', i, j],
          message: `class ${String(label)} is ${where}; expected each class in one task only, take one of them out`,
        });
      }
    });
  });
  return problems;
}
