import { isRecord } from '../core/snapshot.js';
import type { Catalogue } from './catalogue.js';
import type { Problem } from './problem.js';
import { streamKeys } from './scenario.js';
import { takes } from './shorthand.js';

/**
 * What no single value of a scenario can be blamed for. Works on data that may have anything else wrong with them, so
 * that these problems are told together with those that the schema finds.
 *
 * @param given the file's content, as it stands there
 * @param expanded the same with shorthand written out
 */
export function crossChecks(given: unknown, expanded: unknown, catalogue: Catalogue): readonly Problem[] {
  if (!isRecord(given) || !isRecord(expanded)) return [];
  return [
    ...budget(expanded['training']),
    ...stream(given, expanded['stream']),
    ...learners(expanded['learners']),
    ...encoderProbability(given['memory'], expanded['memory'], catalogue),
  ];
}

function budget(training: unknown): readonly Problem[] {
  if (!isRecord(training)) return [];
  const both = 'iterations' in training && 'epochs' in training;
  const none = !('iterations' in training) && !('epochs' in training);
  if (both) {
    return [
      {
        path: ['training', 'epochs'],
        message: 'iterations are given as well; expected one of the two, take the other out (--set …=null does)',
      },
    ];
  }
  return none ? [{ path: ['training'], message: 'needs iterations or epochs; give one of the two' }] : [];
}

function stream(given: Record<string, unknown>, expanded: unknown): readonly Problem[] {
  if ('stream' in given) {
    return streamKeys
      .filter((key) => key in given)
      .map((key) => ({
        path: [key],
        message: 'the stream is described under stream; put this into stream.options, or take one of the two out',
      }));
  }
  const options = isRecord(expanded) ? expanded['options'] : undefined;
  return isRecord(options) && Array.isArray(options['tasks']) && 'classOrder' in options
    ? [
        {
          path: ['classOrder'],
          message: 'goes with a number of tasks only, and here the groups are listed; take it out',
        },
      ]
    : [];
}

function learners(list: unknown): readonly Problem[] {
  if (!Array.isArray(list)) return [];
  const names = list.map((learner: unknown) => (isRecord(learner) ? learner['name'] : undefined));
  return names.flatMap((name, i) =>
    typeof name === 'string' && names.indexOf(name) < i
      ? [
          {
            path: ['learners', i, 'name'],
            message: `learner "${name}" is listed twice; results are kept by name, so put it into a scenario of its own`,
          },
        ]
      : [],
  );
}

function encoderProbability(given: unknown, expanded: unknown, { encoders }: Catalogue): readonly Problem[] {
  if (!isRecord(given) || !isRecord(expanded) || !('p' in given) || !isRecord(expanded['encoder'])) return [];
  const { name } = expanded['encoder'];
  const path = ['memory', 'p'];
  if (!takes(encoders, name, 'p')) {
    const others = Object.keys(encoders).filter((encoder) => takes(encoders, encoder, 'p'));
    return [{ path, message: `encoder "${String(name)}" takes no p; take it out, or choose ${listed(others)}` }];
  }
  const encoder = given['encoder'];
  const twice = isRecord(encoder) && isRecord(encoder['options']) && 'p' in encoder['options'];
  return twice ? [{ path, message: 'p is given to the encoder as well; expected one of the two' }] : [];
}

/** `a, b or c` */
function listed(names: readonly string[]): string {
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' or ');
}
