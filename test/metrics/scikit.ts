import { readFileSync } from 'node:fs';

/** Two images of values in [0, 1], and what scikit-image says of them. */
interface ImagePair {
  readonly height: number;
  readonly width: number;
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly ssim: number;
  readonly ssimOfRange2: number;
  readonly psnr: number;
  readonly mae: number;
  readonly rmse: number;
}

/** Rows that were classified, and what scikit-learn says of them. */
interface Classification {
  readonly labels: readonly number[];
  readonly predicted: readonly number[];
  readonly classes: readonly number[];
  readonly scores: readonly number[];
  readonly codes: readonly number[];
  readonly macroF1: number;
  readonly macroAuc: number;
  readonly aucOfFirst: number;
  readonly silhouette: number;
}

/** Made by fixtures/make_fixtures.py; `madeBy` in the file says with which versions. */
export const scikit = JSON.parse(readFileSync(new URL('fixtures/scikit.json', import.meta.url), 'utf8')) as {
  readonly images: readonly ImagePair[];
  readonly classification: Classification;
};
