/** All losses, as the group `losses` of the package. */
export { hinge, kullbackLeibler, sigmoidCrossEntropy, softmaxCrossEntropy, type Temperature } from './classes.js';
export { bernoulliKl, gaussianKl } from './codes.js';
export { rowMeans, rowSums, weightedTotal } from './rows.js';
export { binaryCrossEntropy, binaryCrossEntropyWithLogits, huber, squaredError } from './values.js';
