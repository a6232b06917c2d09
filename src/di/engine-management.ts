export { installNative } from '../engine/native-install/install.js';
export { nativeStatus } from '../engine/native-install/staged.js';
export { removeNative } from '../engine/native-install/staged.js';
export { ortProviders } from '../engine/presence.js';
export { loadEngines, type LoadedEngine } from './engines.js';
