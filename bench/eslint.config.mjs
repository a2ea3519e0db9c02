import root from '../eslint.config.mjs';

// The root's rules, with the types of this package: the root leaves this folder out, because its
// dependencies are installed only by who measures.
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
