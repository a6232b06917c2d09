import { join } from 'node:path';
import { cacheFolder, type Machine } from '../files/cache-folder.js';
import { idxFiles } from './idx-names.js';

/** A file as its authors published it. */
export interface PublishedFile {
  readonly name: string;
  /** Size as published. */
  readonly bytes: number;
  /** In hexadecimal; of the content where `digestOf` says so, so that gzip headers may differ. */
  readonly sha256: string;
  readonly digestOf: 'file' | 'content';
}

/** A data set that `reverie data fetch` gets. */
export interface PublishedDataset {
  /** What it is and whose, as a sentence. */
  readonly summary: string;
  /** Where its authors put the files; ends in a slash. */
  readonly url: string;
  readonly files: readonly PublishedFile[];
  /** Folders of the system that may have it as well. */
  readonly systemFolders: readonly string[];
}

/** SHA-256 of Fashion-MNIST's four files, unpacked; docs/data.md shows where they were seen. */
export const fashionMnistDigests = {
  trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
} as const;

const fashionMnistBytes = { trainImages: 26_421_880, trainLabels: 29_515, testImages: 4_422_102, testLabels: 5_148 };

function fashionMnistFile(key: keyof typeof idxFiles): PublishedFile {
  return {
    name: `${idxFiles[key]}.gz`,
    bytes: fashionMnistBytes[key],
    sha256: fashionMnistDigests[key],
    digestOf: 'content',
  };
}

/** The data sets that can be fetched, by the name that a scenario gives them. */
export const published = {
  'fashion-mnist': {
    summary: 'Fashion-MNIST, articles of clothing (Xiao, Rasul and Vollgraf 2017; MIT licence).',
    url: 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
    files: [
      fashionMnistFile('trainImages'),
      fashionMnistFile('trainLabels'),
      fashionMnistFile('testImages'),
      fashionMnistFile('testLabels'),
    ],
    systemFolders: ['/usr/share/datasets/fashion-mnist'],
  },
  cifar10: {
    summary: 'CIFAR-10, small colour photographs (Krizhevsky 2009).',
    url: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        bytes: 170_052_171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
        digestOf: 'file',
      },
    ],
    systemFolders: [],
  },
  cifar100: {
    summary: 'CIFAR-100, small colour photographs (Krizhevsky 2009).',
    url: 'https://www.cs.toronto.edu/~kriz/',
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        bytes: 168_513_733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
        digestOf: 'file',
      },
    ],
    systemFolders: [],
  },
} as const satisfies Record<string, PublishedDataset>;

export type PublishedName = keyof typeof published;

export const publishedNames = Object.keys(published) as readonly PublishedName[];

/** Where `reverie data fetch` keeps a data set of this user. */
export function datasetFolder(name: PublishedName, machine: Machine = process): string {
  return join(cacheFolder(machine), 'data', name);
}
