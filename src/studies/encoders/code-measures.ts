import { rowRange, type Samples } from '../../core/dataset.js';
import { codeMeasures, type EncoderCell } from '../../core/encoder-study.js';
import type { MemoryNetwork } from '../../memory/autoencoders/memory-network.js';
import { compressionRatio } from '../../metrics/reconstruction/compression-ratio.js';
import { meanAbsoluteError, peakSignalToNoise, rootMeanSquaredError } from '../../metrics/reconstruction/errors.js';
import { structuralSimilarity } from '../../metrics/reconstruction/structural-similarity.js';
import { activeUnits } from '../../metrics/representation/active-units.js';
import { classOverlap } from '../../metrics/representation/class-overlap.js';
import { neighbourhoodInformation } from '../../metrics/representation/mutual-information.js';
import { silhouette } from '../../metrics/representation/silhouette.js';
import { encodeAll, samplesAsCodes } from '../../representation/code-set.js';

/** Samples that are looked at: pairs of codes are compared, and of twice as many samples there are four times as many. */
const most = 1000;

/** Images of fewer rows or columns have no structural similarity: the side of its window. */
const leastSide = 11;

/** Neighbours that the overlap of classes looks at. */
const neighbours = 10;

/**
 * What the codes and reconstructions of samples are like: the first thousand, which are a random choice where the samples
 * were drawn. Reconstructions are compared with the samples themselves, whatever targets were taught.
 */
export async function codeMeasuresOf(
  network: Pick<MemoryNetwork, 'trainer' | 'with'>,
  samples: Samples,
): Promise<EncoderCell['measures']> {
  const count = Math.min(most, samples.size);
  const some = samples.select(rowRange(0, count));
  const { codes: originals, labels } = samplesAsCodes(some);
  const rebuilt = await network.with(network.trainer.variables).reconstruct(originals, count);
  const { codes, width } = await encodeAll(network, some);
  const [height = 0, columns = 0, ...channels] = samples.shape;
  const picture = Math.min(height, columns) >= leastSide && channels.every((channel) => channel === 1);
  const measured: Readonly<Record<(typeof codeMeasures)[number], number | undefined>> = {
    mae: meanAbsoluteError(originals, rebuilt),
    rmse: rootMeanSquaredError(originals, rebuilt),
    psnr: peakSignalToNoise(originals, rebuilt),
    ssim: picture ? structuralSimilarity(originals, rebuilt, { height, width: columns }) : undefined,
    compression: compressionRatio(samples.width, width),
    activeUnits: activeUnits(codes, count),
    silhouette: silhouette(codes, labels),
    overlap: count > neighbours ? classOverlap(codes, labels, neighbours) : undefined,
    neighbourhoodInformation: count > neighbours ? neighbourhoodInformation(codes, count) : undefined,
  };
  // A reconstruction without any error has an infinite ratio of signal to noise, which JSON cannot hold.
  return Object.fromEntries(
    codeMeasures.flatMap((name) => (Number.isFinite(measured[name]) ? [[name, measured[name]]] : [])),
  );
}
