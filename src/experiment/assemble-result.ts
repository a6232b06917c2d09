import { resultVersion } from '../core/result.js';
import type { RunResult } from '../core/result.js';
import { accuracyMatrix } from '../metrics/accuracy-matrix.js';
import { metricValues } from '../metrics/metric-values.js';
import { perClassAccuracy } from '../metrics/per-class.js';
import type { Progress } from './progress.js';
import type { RunSetup } from './run-setup.js';

/** The result of a finished run. */
export function assembleResult(setup: RunSetup, { measured, testSizes, confusion, timings }: Progress): RunResult {
  const source = {
    accuracyMatrix: accuracyMatrix(measured.rows),
    testSizes,
    anytime: measured.anytime,
    dreams: measured.dreams,
  };
  const versions = Object.entries({ ...setup.versions, ...setup.engine.versions });
  return {
    version: resultVersion,
    scenario: setup.scenario,
    scenarioDigest: setup.scenarioDigest,
    configuration: setup.configuration,
    learner: setup.learnerName,
    seed: setup.seed,
    engine: setup.engine.name,
    versions: Object.fromEntries(versions.sort(([a], [b]) => (a < b ? -1 : 1))),
    tasks: measured.tasks,
    accuracyMatrix: source.accuracyMatrix,
    testSizes,
    metrics: metricValues(source),
    perClassAccuracy: perClassAccuracy(confusion),
    anytime: measured.anytime,
    dreams: measured.dreams,
    footprint: measured.footprint,
    warnings: measured.warnings,
    timings,
  };
}
