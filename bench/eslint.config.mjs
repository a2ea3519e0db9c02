import root from '../eslint.config.mjs';

// The root's rules with the types of this package. The root ignores this folder, because the dependencies
// of the benchmarks are optional.
export default [
  { ignores: ['.build/', 'node_modules/', 'results/'] },
  ...root,
  {
    files: ['**/*.ts'],
    languageOptions: {
      parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
];
