import type { Learner } from '../core/learner.js';
import type { NamedPart } from '../core/part.js';
import { aGem } from './a-gem.js';
import type { LearnerContext } from './context.js';
import { cumulative } from './cumulative.js';
import { der, derPlusPlus } from './der.js';
import { dgr } from './dgr.js';
import { erAce } from './er-ace.js';
import { er } from './er.js';
import { cwrStar } from './cwr-star.js';
import { ewc } from './ewc.js';
import { finetune } from './finetune.js';
import { gdumb } from './gdumb.js';
import { gem } from './gem.js';
import { icarl } from './icarl.js';
import { joint } from './joint.js';
import { lwf } from './lwf.js';
import { mas } from './mas.js';
import { onlineEwc } from './online-ewc.js';
import { randomRidge } from './random-ridge.js';
import { rehearsal } from './rehearsal.js';
import { si } from './si.js';
import { slda } from './slda.js';

/** The learners that a scenario can name. */
export const learners = {
  finetune,
  joint,
  cumulative,
  rehearsal,
  dgr,
  ewc,
  'online-ewc': onlineEwc,
  si,
  mas,
  lwf,
  'cwr-star': cwrStar,
  er,
  'er-ace': erAce,
  der,
  'der++': derPlusPlus,
  gdumb,
  'a-gem': aGem,
  gem,
  icarl,
  slda,
  'random-ridge': randomRidge,
} as const satisfies Record<string, NamedPart<LearnerContext, Learner>>;
