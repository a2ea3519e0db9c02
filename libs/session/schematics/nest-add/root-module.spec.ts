import ts from 'typescript';
import { eachRow } from '../../../../tools/testing/each-row';
import { MemoryWorkspace } from '../test-support/memory-workspace';
import { ManualStepError } from './manual-step.error';
import { rootModuleOf } from './root-module';

const PROJECT = {
  sourceRoot: 'src',
  mainFile: 'src/main.ts',
  tsConfigFile: 'tsconfig.json',
};

const FACTORY = "import { NestFactory } from '@nestjs/core';\n";

const find = (main: string, files: Record<string, string> = { 'src/app.module.ts': '' }) =>
  rootModuleOf(ts, new MemoryWorkspace({ 'src/main.ts': main, ...files }), PROJECT);

describe('rootModuleOf', () => {
  it('finds the module that the main file passes to NestFactory', () =>
    eachRow(
      [
        `${FACTORY}import { AppModule } from './app.module';\nawait NestFactory.create(AppModule);`,
        `${FACTORY}import { AppModule } from './app.module.js';\nNestFactory.create<App>(AppModule, { cors: true }).then(start);`,
        `import { NestFactory as Nest } from '@nestjs/core';\nimport { AppModule as Root } from './app.module';\nasync function start() { return Nest.createMicroservice(Root, {}); }`,
        `${FACTORY}import { AppModule } from './app.module';\nNestFactory.create(AppModule);\nNestFactory.createApplicationContext(AppModule);`,
      ],
      (main) => {
        expect(find(main)).toEqual({ file: 'src/app.module.ts', className: 'AppModule' });
      },
    ));

  it('finds a module in a folder with an index, and in the main file itself', () => {
    const main = `${FACTORY}import { AppModule } from './app';\nNestFactory.create(AppModule);`;
    expect(find(main, { 'src/app/index.ts': '' })).toMatchObject({ file: 'src/app/index.ts' });
    expect(find(`${FACTORY}class Root {}\nNestFactory.create(Root);`)).toEqual({
      file: 'src/main.ts',
      className: 'Root',
    });
  });

  it('follows the paths of tsconfig.json and of the file that it extends', () => {
    const base = { compilerOptions: { paths: { '@/*': ['./src/*'] } } };
    const found = find(
      `${FACTORY}import { AppModule } from '@/app.module';\nNestFactory.create(AppModule);`,
      {
        'tsconfig.json': '{ "extends": "./tsconfig.base.json" } // a comment',
        'tsconfig.base.json': JSON.stringify(base),
        'src/app.module.ts': '',
      },
    );
    expect(found.file).toBe('src/app.module.ts');
  });

  it('gives up with the reason on anything but the name of one module', () =>
    eachRow(
      [
        ['', 'passes no module to NestFactory.create()'],
        [
          "import { NestFactory } from './own';\nNestFactory.create(AppModule);",
          'passes no module to NestFactory.create()',
        ],
        [
          `${FACTORY}NestFactory.create(AppModule.register());`,
          'passes AppModule.register() to NestFactory, not the name of a module',
        ],
        [`${FACTORY}NestFactory.create(A);\nNestFactory.create(B);`, 'passes several modules'],
        [
          `${FACTORY}import { AppModule } from '@acme/app';\nNestFactory.create(AppModule);`,
          "imports the root module from '@acme/app', which is not a TypeScript file",
        ],
        [
          `${FACTORY}import { AppModule } from './types';\nNestFactory.create(AppModule);`,
          "imports the root module from './types', which is not a TypeScript file",
        ],
      ] as const,
      ([main, reason]) => {
        const search = () => find(main, { 'src/types.d.ts': '' });
        expect(search).toThrow(ManualStepError);
        expect(search).toThrow(`src/main.ts ${reason}`);
      },
    ));

  it('gives up without a main file', () => {
    expect(() => rootModuleOf(ts, new MemoryWorkspace({}), PROJECT)).toThrow(
      'There is no file src/main.ts',
    );
  });
});
