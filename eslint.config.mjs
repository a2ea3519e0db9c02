import eslint from '@eslint/js';
import prettier from 'eslint-config-prettier';
import regexp from 'eslint-plugin-regexp';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '.data/',
      'coverage/',
      'bench/',
      'docs/api/',
      'docs/.vitepress/{cache,.temp}/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['{apps,libs}/*/src/**/*.ts'],
    ignores: ['**/*spec.ts', '**/{testing,test-support}/**'],
    plugins: { regexp },
    rules: {
      // The time of a regular expression must grow no faster than its input, which any client may send.
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential' }],
    },
  },
  {
    // Projects with packages of their own, which are not installed here: rules that need no types.
    files: ['examples/**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strict, ...tseslint.configs.stylistic],
    languageOptions: {
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Nest modules are classes that carry nothing but their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    },
  },
  {
    files: ['**/*.{ts,mts}'],
    ignores: ['examples/**'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        // Declarations of an app hold for a whole program, so their type tests are a program of their own.
        project: [
          'tsconfig.workspace.json',
          'libs/session/type-tests/declared/tsconfig.json',
          'test/recipes/*/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      // Generated `main.ts` files call it without `void`.
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'file', name: 'bootstrap' }] },
      ],
      // Nest modules are classes that carry nothing but their decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Nest declares its option types as classes and documents object literals for them.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    // Code of the documentation site, which runs in browsers.
    files: ['docs/.vitepress/**/*.{ts,mts}'],
    languageOptions: {
      parserOptions: {
        project: 'docs/.vitepress/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
  },
  {
    // Code of the console, which runs in browsers.
    files: ['libs/session/console-ui/**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['libs/session/console-ui/{src/**/*.{ts,tsx},*.mts}'],
    languageOptions: {
      parserOptions: {
        project: 'libs/session/console-ui/tsconfig.json',
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // Handlers of events are short arrows; a bound method needs no `this` there.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // `json<Shape>(answer)` says what a test expects of an answer.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
    },
  },
  {
    // As `nest generate` writes them.
    files: ['apps/*/src/*.controller.spec.ts', 'apps/*/test/*.ts', 'libs/*/src/*.service.spec.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: {
        module: 'writable',
        require: 'readonly',
        __dirname: 'readonly',
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
      },
    },
  },
  {
    files: ['apps/orders/src/try-page/page/*.js', 'test/recipes/*/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['document', 'EventSource', 'fetch', 'location', 'WebSocket'].map((it) => [it, 'readonly']),
      ),
    },
  },
  {
    files: ['examples/*/page/*.js'],
    languageOptions: {
      globals: {
        document: 'readonly',
        fetch: 'readonly',
        FormData: 'readonly',
        location: 'readonly',
        setTimeout: 'readonly',
        WebSocket: 'readonly',
      },
    },
  },
  prettier,
);
