/** reverie: continual learning without stored data. Everything that a program may use, in groups. */

// Writing a plug-in
export { definePart, type NamedPart } from './core/part.js';
export type { DataContext } from './data/data-sets.js';
export { plugIn, type PlugIn, type PlugInPart } from './di/plug-in.js';
export type { LearnerContext } from './learners/context.js';
export type { MemoryContext } from './memory/memories.js';
export type { StreamContext } from './streams/context.js';

// The kit that learners are made of
export {
  defineLearner,
  type AnsweringModel,
  type Losses,
  type Schedule,
  type Stateful,
  type Step,
  type Strategy,
} from './learners/define-learner.js';
export { Model } from './learners/model.js';
export type { BatchProgram, LossesOfRows } from './learners/model-programs.js';
export type { ModelOptions } from './learners/model-options.js';
export type { LossTerm, ModelGraph, StepRules } from './learners/step-rules.js';
export type { FrozenModel } from './learners/frozen-model.js';
export { modelOptions } from './learners/model-options.js';
export { meanOf, mixedBatch, oneHot, realBatch, rehearsalWeights, type Batch } from './learners/batches.js';
export {
  bufferRules,
  exemplarBuffer,
  type BufferRule,
  type Capacity,
  type ExemplarBuffer,
  type FeaturesOf,
} from './learners/exemplar-buffer.js';
export type { Exemplar, Exemplars } from './learners/stored-samples.js';

// What a learner, memory, encoder, sampler and data set are
export type { Footprint } from './core/footprint.js';
export type { LearnControl, Learner, PredictionQuery, Predictions } from './core/learner.js';
export type { ContinualStream, EvaluationSet, StreamGives } from './core/stream.js';
export type { Computation, TrainedFunction } from './core/trained-function.js';
export type { Dreams, DreamSource, Memory, MemoryBatch } from './core/memory.js';
export { topClasses, type BorrowedTeacher, type Teacher } from './core/teacher.js';
export type { Encoder, EncoderUse, SampleOf } from './core/encoder.js';
export type {
  Acceptance,
  FrozenAutoencoder,
  TaskEndContext,
  Draw,
  LabelledCodes,
  NoiseScale,
  Sampler,
} from './core/sampler.js';
export { rowsOfClasses, type Dataset, type Samples } from './core/dataset.js';
export type { SampleDescription, SampleScale } from './core/sample-scale.js';
export { arraySamples, type SampleArrays } from './core/array-samples.js';
export { iterationsFor, type TrainingLength, type Experience, type TrainingPlan } from './core/experience.js';
export {
  bytesOf,
  combine,
  part,
  type Json,
  type Snapshot,
  type StateSnapshot,
  type StateTensor,
} from './core/snapshot.js';

// Targets, to make an encoder of one's own from
export { injected, type Injection } from './memory/encoders.js';
export { probability, type Probability } from './memory/encoders.js';

// Walks, to make a sampler of one's own from
export {
  acceptAll,
  classQuota,
  classBalanced,
  type Accept,
  type Proposals,
  type QuotaRules,
} from './memory/sampling/acceptance.js';
export type { NoiseScaleSearch } from './memory/sampling/noise-scale.js';
export { normalStart, uniformStart, type WalkStart } from './memory/sampling/starts.js';
export { jumpsFrom, type Jump, type WalkOptions, type WalkRules } from './memory/sampling/walk.js';
export { WalkSampler, type WalkSamplerParts } from './memory/sampling/walk-sampler.js';

// Events, results, errors
export type { ConfusionCounts } from './core/confusion.js';
export type * from './core/events.js';
export type { DreamHealth, MetricValue, RunResult, Timings } from './core/result.js';
export { errorKinds, isReverieError, ReverieError, type ErrorCode, type ErrorKind } from './core/errors.js';

// Randomness and tensors
export { randomStream, RandomStreams, type RandomState, type RandomStream } from './core/random.js';
export { argMax, sizeOf, type Shape, type Tensor, type TensorMap } from './core/tensor.js';
export { average, largestDifference } from './core/tensor-maps.js';

// Running scenarios
export { compose, type Composition, type CompositionOptions, type StudyParts } from './di/composition.js';
export { loadEngines, type LoadedEngine } from './di/engines.js';
export { runTokens, type Configure } from './di/run-container.js';
export { loadScenario, parseScenario } from './scenarios/load-scenario.js';
export { resolveScenario, shippedScenarios } from './scenarios/shipped-scenarios.js';
export type { Scenario } from './scenarios/scenario.js';
export { run, runEvents, type RunHandle } from './experiment/run.js';
export { planScenario, type PlannedRun, type ScenarioRuns, type ScenarioRunsOptions } from './di/scenario-runs.js';
export type { TrialsEvent } from './experiment/trials/run-trials.js';
export type { TrialEvent } from './experiment/trials/trial-runner.js';
export type { Trial } from './core/trial.js';
export { accuracyMatrix, ofType, runState, throttleBatches } from './experiment/operators.js';
export { initialRunState, reduceRun, resultOf, type RunState } from './experiment/reduce-run.js';
export { eventLog, readEventLog, type EventLogOptions } from './experiment/event-log.js';
export { readResult, resultFile, resultText } from './experiment/result-file.js';
export type { ObserverContext, RunObserver } from './core/observer.js';
export type { CheckpointPolicy } from './experiment/checkpoint-policy.js';
export type { RunSetup } from './experiment/run-setup.js';

// Exporting what was learnt
export { exportRun, type ExportedFile, type ExportOptions } from './experiment/export-run.js';
export { readSavedRun, type SavedRun } from './experiment/saved-run.js';

// Looking at dreams
export type { DreamMetric, DreamReport, DreamUnit } from './core/dream-report.js';
export {
  checkDreams,
  type DreamCheck,
  type RealSamples,
  type TrainStudent,
} from './memory/diagnostics/check-dreams.js';
export { seenSamples } from './di/seen-samples.js';
export { trainStudents, type StudentOptions } from './di/train-students.js';

// Statistics of repeated runs, maps of codes
export { meanInterval, sampleDeviation, type MeanInterval } from './metrics/statistics/sample.js';
export { pairedTTest, type PairedTTest } from './metrics/statistics/paired-tests.js';
export { signedRankTest, type SignedRankTest } from './metrics/statistics/paired-tests.js';
export { holmAdjusted } from './metrics/statistics/paired-tests.js';
export {
  codeMaps,
  mapCodes,
  type CodeMap,
  type CodeMapKind,
  type CodeMapOptions,
} from './representation/maps/code-map.js';

// Autoencoders: the family by name, and what one of your own is described by
export { Autoencoder } from './memory/autoencoders/autoencoder.js';
export type { AutoencoderDescription, TrainingRows } from './memory/autoencoders/autoencoder.js';
export { autoencoderPart, type AutoencoderContext, type AutoencoderPart } from './memory/autoencoders/autoencoder.js';
export { autoencoders } from './memory/autoencoders/autoencoders.js';
export type { MemoryNetwork } from './memory/autoencoders/memory-network.js';
export { memoryPart } from './memory/memories.js';

// Using an autoencoder alone
export { encoders } from './memory/encoders.js';
export {
  fitAutoencoder,
  fitToEnd,
  type Fit,
  type FitEvent,
  type FitReport,
} from './representation/fitting/fit-autoencoder.js';
export type { FitPlan } from './representation/fitting/fit-autoencoder.js';
export { pretrainLayers, type Pretraining, type PretrainingEvent } from './representation/fitting/layerwise.js';
export { corrupted, type Corruption } from './memory/autoencoders/noise.js';
export { encodeAll, samplesAsCodes, type CodeSet } from './representation/code-set.js';
export { reconstructionErrors } from './representation/code-set.js';
export { ClassGaussians } from './representation/uses/class-gaussians.js';
export { compressedCodes, restoredCodes, type CompressedCodes } from './representation/uses/compressed-codes.js';
export { axesByDeviation, interpolated, traversed, type Axis } from './representation/uses/latent-views.js';
export { synthesiseClass } from './representation/uses/class-gaussians.js';
export { unitedSamples } from './learners/united-samples.js';
export { quantile } from './metrics/statistics/sample.js';
export { pictureSize, type PictureSize } from './report/picture.js';
export { sampleSheet } from './report/sheets.js';

// The engine that computes; reverie/engine has graphs, networks and optimisers
export type { Engine, EngineName } from './engine/engine.js';
export type { EngineChoice, Selection } from './engine/select.js';

// Looking at codes and reconstructions: probes and measures
export { evaluateProbe, type ProbeScores } from './representation/probes/probe.js';
export type { FittedProbe, Probe, ProbeContext } from './representation/probes/probe.js';
export { probes } from './representation/probes/probes.js';
export { compressionRatio } from './metrics/reconstruction.js';
export { meanAbsoluteError, peakSignalToNoise, rootMeanSquaredError } from './metrics/reconstruction.js';
export { structuralSimilarity, type ImageSize } from './metrics/reconstruction.js';
export { activeUnits } from './metrics/representation/codes.js';
export { areaUnderCurve, macroAreaUnderCurve } from './metrics/representation/classification.js';
export { classOverlap } from './metrics/representation/codes.js';
export { macroF1 } from './metrics/representation/classification.js';
export { mutualInformation, neighbourhoodInformation } from './metrics/representation/mutual-information.js';
export { silhouette } from './metrics/representation/codes.js';
