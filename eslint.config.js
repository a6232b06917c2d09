import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const plainJavaScript = ['**/*.js', '**/*.mjs', '**/*.cjs'];

const unseeded = [
  'randomNormal',
  'randomUniform',
  'randomUniformInt',
  'randomStandardNormal',
  'truncatedNormal',
  'multinomial',
];

const seeded = 'draw from a RandomStream, so that a run is repeatable';

const repeatable = [
  { object: 'Math', property: 'random', message: seeded },
  { object: 'Date', property: 'now', message: 'a result must not depend on when it was made; take a clock' },
];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.cov/', 'runs/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      // Numbers in messages are what they are; everything else in a template is a slip.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A recursive type such as Json cannot be written as a Record.
      '@typescript-eslint/consistent-indexed-object-style': 'off',
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        ...repeatable,
        { object: 'process', property: 'exit', message: 'only src/cli ends the process; throw a ReverieError' },
        { object: 'process', property: 'argv', message: 'only src/cli reads the command line; take parameters' },
        ...unseeded.map((property) => ({ property, message: seeded })),
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: {
      'no-console': 'off',
      'no-restricted-properties': ['error', ...repeatable],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // `expect(value).to.be.true` is an assertion.
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['examples/**/*.ts'],
    rules: {
      // `async` is the plainest way to write a method that a contract wants to give a promise.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: plainJavaScript,
    extends: [tseslint.configs.disableTypeChecked],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
  { files: ['*.config.js', '*.config.mjs', '.dependency-cruiser.mjs'], rules: { 'no-restricted-exports': 'off' } },
);
