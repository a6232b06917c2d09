import { z } from 'zod';
import { definePart, type NamedPart } from '../../core/part.js';
import { forestProbe } from './forest-probe.js';
import { knnProbe } from './knn-probe.js';
import { linearProbe } from './linear-probe.js';
import { mlpProbe } from './mlp-probe.js';
import type { Probe, ProbeContext } from './probe.js';
import { svmProbe } from './svm-probe.js';

/** The classifiers that frozen codes can be probed with. */
export const probes = {
  linear: definePart({
    summary: 'Multinomial logistic regression with an L2 penalty: what a straight cut can tell.',
    options: z.strictObject({
      c: z.number().positive().default(1).describe('C: how much the codes count compared with the penalty.'),
      iterations: z.int().min(1).max(100_000).default(1000).describe('Most L-BFGS steps.'),
      tolerance: z
        .number()
        .min(1e-7)
        .default(1e-4)
        .describe('Largest entry of the gradient at which the minimum counts as found.'),
    }),
    create: (options, { engine }: ProbeContext) => linearProbe(options, engine),
  }),
  knn: definePart({
    summary: 'k nearest neighbours by Euclidean distance, each with one vote.',
    options: z.strictObject({ k: z.int().min(1).max(1000).default(5).describe('Neighbours that vote.') }),
    create: (options, { engine }: ProbeContext) => knnProbe(options, engine),
  }),
  svm: definePart({
    summary: 'Support vector machine with an RBF kernel, by libsvm; for up to some 10,000 codes.',
    options: z.strictObject({
      c: z.number().positive().default(1).describe('C: how much a code on the wrong side costs.'),
      gamma: z
        .number()
        .positive()
        .optional()
        .describe('γ of the kernel exp(−γ‖x − s‖²); 1/(width · variance) if not given.'),
      maxSamples: z
        .int()
        .min(2)
        .max(1_000_000)
        .default(10_000)
        .describe('More codes are refused: time grows with their square.'),
    }),
    create: (options, { engine }: ProbeContext) => svmProbe(options, engine),
  }),
  forest: definePart({
    summary: 'Random forest: trees on bootstrap samples, by Gini impurity among √width columns.',
    options: z.strictObject({ trees: z.int().min(1).max(10_000).default(100).describe('Trees in the forest.') }),
    create: (options) => forestProbe(options),
  }),
  mlp: definePart({
    summary: 'Multilayer perceptron, trained by Adam and stopped early.',
    options: z.strictObject({
      hidden: z.array(z.int().min(1)).max(10).default([100]).describe('Widths of the hidden layers.'),
      learningRate: z.number().positive().default(0.001).describe("Adam's α."),
      batchSize: z.int().min(1).default(200).describe('Codes per optimiser step.'),
      epochs: z.int().min(1).default(200).describe('Most passes over the codes.'),
      patience: z.int().min(1).default(10).describe('Passes without a better one after which to stop.'),
    }),
    create: (options, { engine }: ProbeContext) => mlpProbe(options, engine),
  }),
} as const satisfies Record<string, NamedPart<ProbeContext, Probe>>;
