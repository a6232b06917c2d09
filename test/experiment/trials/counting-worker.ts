import { serveTrial } from '../../../src/experiment/trials/trial-process.js';
import { counting } from './counting.js';

serveTrial(
  () => Promise.resolve(counting),
  (code) => process.exit(code),
);
