export { installNative } from '../engine/native-install/install.js';
export { nativeStatus } from '../engine/native-install/native-status.js';
export { removeNative } from '../engine/native-install/remove.js';
export { ortProviders } from '../engine/ort-providers.js';
export { loadEngines, type LoadedEngine } from './engines.js';
