import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';

export type OrtModule = typeof Ort;

/** The environment variable that ONNX Runtime reads once, when its library is loaded. */
const variable = 'ORT_DISABLE_TELEMETRY';

/**
 * ONNX Runtime, with its reports to its maker switched off. Left alone, 1.30 and later write a device id and events below
 * the user's cache folder, look up the host that they go to, and keep a log in the temporary folder. All code of ours that
 * needs ONNX Runtime loads it here.
 *
 * Node gives its threads a copy of the environment, which the library does not read: in a thread of a process whose main
 * thread has not loaded it, the variable must be in the environment of the process.
 *
 * @throws whatever loading onnxruntime-node throws where it is not installed or has no binary for this platform
 */
export function loadOrt(): OrtModule {
  disableTelemetry(process.env);
  return createRequire(import.meta.url)('onnxruntime-node') as OrtModule;
}

/** Whoever has set the variable has decided: also to nothing, or to 0, with which it reports. */
export function disableTelemetry(env: Record<string, string | undefined>): void {
  env[variable] ??= '1';
}
