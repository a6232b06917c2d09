import { fileURLToPath } from 'node:url';
import { featuresOptions, loadFeatures } from '../../src/data/features.js';
import { loadMnist } from '../../src/data/mnist.js';
import { syntheticDataset, syntheticOptions } from '../../src/data/synthetic.js';
import { datasetContract } from '../../src/testing/dataset-contract.js';

const fixtures = fileURLToPath(new URL('./fixtures/', import.meta.url));
const features = featuresOptions.parse({ path: 'numpy.npz' });

datasetContract('synthetic', () => syntheticDataset(syntheticOptions.parse({ classes: 3, width: 5 })));
datasetContract('features', () => loadFeatures(features, fixtures));
datasetContract('mnist', () => loadMnist());
