import { engineContract } from '../engine-contract.js';
import { testedEngines } from '../engines-under-test.js';

for (const name of testedEngines) engineContract(name);
