import { inProcessRunner } from '../../../src/experiment/trials/trial-runner.js';
import { runnerContract } from './runner-contract.js';

runnerContract('a runner of trials in this process', () => inProcessRunner);
