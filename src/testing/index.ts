/**
 * reverie/testing: what parts must do, as suites of tests for parts of one's own. They need chai, and a runner with
 * `describe` and `it` as globals, such as mocha; each defines its suite where it is called.
 */

export { autoencoderContract, form as autoencoderForm, type MakeNetwork } from './autoencoder-contract.js';
export { captureError } from './runner.js';
export { datasetContract } from './dataset-contract.js';
export { encoderContract } from './encoder-contract.js';
export { learnerContract, type LearnerClaims } from './learner-contract.js';
export { contextFor as learnerContext } from './learning.js';
export { memoryContract } from './memory-contract.js';
export { probeContract } from './probe-contract.js';
export { samplerContract } from './sampler-contract.js';
export { streamContract } from './stream-contract.js';
export { memoryContext } from './taught-memory.js';
