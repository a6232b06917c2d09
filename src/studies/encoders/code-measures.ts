import { rowRange, type Samples } from '../../core/dataset.js';
import type { CodeMeasure, EncoderResult } from './encoder-result.js';
import { formatShape, type Shape } from '../../core/tensor.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import {
  compressionRatio,
  meanAbsoluteError,
  peakSignalToNoise,
  rootMeanSquaredError,
  ssimWindow,
  structuralSimilarity,
} from '../../metrics/reconstruction.js';
import { activeUnits, classOverlap, silhouette } from '../../metrics/representation/codes.js';
import {
  classInformation,
  neighbourhoodInformation,
  sampleInformation,
} from '../../metrics/representation/mutual-information.js';
import { encodeAll, samplesAsCodes } from '../../representation/code-set.js';

/** Samples that are looked at: pairs of codes are compared, and of twice as many samples there are four times as many. */
const most = 1000;

/** Neighbours that the overlap of classes looks at. */
const neighbours = 10;

/**
 * What the codes and reconstructions of samples are like, and why what is absent is: the first thousand samples, which are
 * a random choice where the samples were drawn. Reconstructions are compared with the samples themselves, whatever targets
 * were taught.
 */
export async function codeMeasuresOf(
  network: Pick<MemoryNetwork, 'trainer' | 'with'>,
  samples: Samples,
): Promise<Pick<EncoderResult, 'measures' | 'absent'>> {
  const count = Math.min(most, samples.size);
  const some = samples.select(rowRange(0, count));
  const { codes: originals, labels } = samplesAsCodes(some);
  const rebuilt = await network.with(network.trainer.variables).reconstruct(originals, count);
  const { codes, width } = await encodeAll(network, some);
  const few = count > neighbours ? undefined : `${count} codes are too few, it takes more than ${neighbours}`;
  const information = few === undefined ? sampleInformation(codes, originals, count) : undefined;
  // A number, or why there is none.
  const measured: Readonly<Record<CodeMeasure, number | string>> = {
    mae: meanAbsoluteError(originals, rebuilt),
    rmse: rootMeanSquaredError(originals, rebuilt),
    psnr: finite(peakSignalToNoise(originals, rebuilt)) ?? 'reconstructions have no error',
    ssim: similarity(originals, rebuilt, samples.shape),
    compression: compressionRatio(samples.width, width),
    activeUnits: activeUnits(codes, count),
    silhouette: silhouette(codes, labels) ?? 'all samples are of one class',
    overlap: few ?? classOverlap(codes, labels, neighbours),
    neighbourhoodInformation: few ?? neighbourhoodInformation(codes, count),
    sampleInformation: few ?? information?.overall ?? '',
    localSampleInformation: few ?? information?.local ?? `${count} codes are too few for neighbourhoods of 50`,
    classInformation: classInformation(codes, labels) ?? 'no two samples are of one class',
  };
  const entries = Object.entries(measured);
  return {
    measures: Object.fromEntries(
      entries.flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
    ),
    absent: Object.fromEntries(entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))),
  };
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** Structural similarity of samples that are images. */
function similarity(originals: Float32Array, rebuilt: Float32Array, shape: Shape): number | string {
  const [height, width, channels = 1] = shape;
  if (height === undefined || width === undefined || shape.length > 3) {
    return `samples of shape ${formatShape(shape)} are no images`;
  }
  if (Math.min(height, width) < ssimWindow) {
    return `images of ${height} × ${width} are smaller than its window of ${ssimWindow} × ${ssimWindow}`;
  }
  return structuralSimilarity(originals, rebuilt, { height, width, channels });
}
