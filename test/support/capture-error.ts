export { captureError } from '../../src/testing/runner.js';
