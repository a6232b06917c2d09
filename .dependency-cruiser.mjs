// Who may import whom. Arrows never go up and never form a cycle; whoever needs something from above gets it injected.

/** For each folder of src: the folders, and the packages, that it may import. */
const table = {
  core: { folders: [], packages: ['pure-rand'] },
  files: { folders: ['core'], packages: ['zod', 'fflate', 'csv-parse'] },
  // tsx: for threads of a reverie that runs as it was written, as in its own tests.
  engine: { folders: ['core', 'files'], packages: ['@tensorflow/[^/]+', 'onnxruntime-node', 'tsx'] },
  data: { folders: ['core', 'files'], packages: ['zod'] },
  memory: { folders: ['core', 'engine', 'metrics'], packages: ['zod'] },
  learners: { folders: ['core', 'engine'], packages: ['zod'] },
  scenarios: { folders: ['core', 'files', 'data'], packages: ['rxjs', 'yaml', 'zod'] },
  metrics: { folders: ['core'], packages: ['rxjs'] },
  representation: {
    folders: ['core', 'engine', 'memory', 'metrics'],
    packages: ['zod', 'libsvm-js', '@saehrimnir/druidjs'],
  },
  streams: { folders: ['core'], packages: ['zod'] },
  observers: { folders: ['core', 'files'], packages: ['zod'] },
  experiment: { folders: ['core', 'files', 'engine', 'metrics', 'streams'], packages: ['rxjs', 'zod'] },
  studies: {
    // scenarios: for the words in which mistakes are reported; report: for the layout of their tables.
    folders: [
      'core',
      'files',
      'engine',
      'memory',
      'learners',
      'scenarios',
      'metrics',
      'representation',
      'experiment',
      'report',
    ],
    packages: ['rxjs', 'zod'],
  },
  di: {
    folders: [
      'core',
      'files',
      'engine',
      'data',
      'memory',
      'learners',
      'streams',
      'observers',
      'scenarios',
      'metrics',
      'representation',
      'experiment',
    ],
    packages: ['inversify', 'reflect-metadata', 'rxjs', 'tsx', 'zod'],
  },
  distributed: { folders: ['core', 'experiment', 'di'], packages: ['rxjs'] },
  report: { folders: ['core', 'metrics'], packages: ['fast-png'] },
  testing: {
    // Parts of reverie stand next to what is tested: a memory for a learner, a sampler for a memory.
    folders: ['core', 'data', 'engine', 'memory', 'learners', 'streams', 'metrics', 'representation'],
    packages: ['chai'],
  },
  cli: {
    // memory: for its diagnostics, which "reverie dream" shows.
    folders: [
      'core',
      'files',
      'memory',
      'scenarios',
      'representation',
      'experiment',
      'studies',
      'report',
      'distributed',
      'di',
    ],
    packages: ['commander', 'listr2', 'rxjs'],
  },
};

const inPackages = '(^|/)node_modules/';
const oneOf = (names) => `(${names.join('|')})`;

const folderRules = Object.entries(table).flatMap(([folder, { folders, packages }]) => [
  {
    name: `${folder}-imports-folder`,
    comment: `src/${folder} may import ${folders.length === 0 ? 'no other folder' : `only ${folders.join(', ')}`}.`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: { path: '^src/', pathNot: `^src/${oneOf([folder, ...folders])}/` },
  },
  {
    name: `${folder}-imports-package`,
    comment: `src/${folder} may import ${packages.length === 0 ? 'no package' : `of packages only ${packages.join(', ')}`}.`,
    severity: 'error',
    from: { path: `^src/${folder}/` },
    to: {
      path: inPackages,
      ...(packages.length === 0 ? {} : { pathNot: `${inPackages}${oneOf(packages)}/` }),
      // Contracts may speak of a package's types, which are gone when the program runs.
      ...(folder === 'core' ? { dependencyTypesNot: ['type-only'] } : {}),
    },
  },
]);

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...folderRules,
    {
      name: 'folder-without-rule',
      comment: 'A new folder of src needs a row in the table above.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/${oneOf(Object.keys(table))}/` },
      to: {},
    },
    {
      name: 'index-imports-cli',
      comment: 'The library must not load the command line.',
      severity: 'error',
      from: { path: '^src/[^/]+$' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'pure-folder-imports-node',
      comment: 'Contracts and metrics are pure: no file system, no process.',
      severity: 'error',
      from: { path: '^src/(core|metrics)/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'cycle',
      comment: 'Modules that need each other, even for a type, are one module, or miss a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'unresolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'source-imports-outside',
      comment: 'src must work without tests, examples, benchmarks and scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|examples|bench|scripts)/' },
    },
  ],
  options: {
    // Imports of types are arrows as well: they tie the design together just as firmly.
    tsPreCompilationDeps: true,
    doNotFollow: { path: inPackages },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
