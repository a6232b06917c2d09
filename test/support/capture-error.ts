export { captureError } from '../../src/testing/capture-error.js';
