import ts from 'typescript';
import { eachRow } from '../../../../tools/testing/each-row';
import { addSessionModule } from './add-session-module';
import { configuresSessions } from './find-session-module';
import { ManualStepError } from './manual-step.error';
import type { NestAddOptions } from './nest-add.options';

type ModuleOptions = Pick<NestAddOptions, 'role' | 'service'>;

const OPTIONS: ModuleOptions = {
  role: undefined,
  service: undefined,
};
const ROOT = { file: 'src/app.module.ts', className: 'AppModule' };
const NEST = "import { Module } from '@nestjs/common';\n";

/** Edits a text that has to stay valid TypeScript, and in which the module has to be recognized. */
function add(text: string, options: Partial<ModuleOptions> = {}): string {
  const edited = addSessionModule(ts, text, ROOT, { ...OPTIONS, ...options });
  expect(syntaxErrors(edited)).toEqual([]);
  expect(configuresSessions(ts, edited)).toBe(true);
  return edited;
}

function syntaxErrors(text: string): unknown[] {
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  return (diagnostics ?? []).map(({ messageText }) => messageText);
}

/** Module text with a decorator and its expected form after the edit. */
const decorated = (decorator: string, imports = NEST) =>
  `${imports}\n${decorator}\nexport class AppModule {}\n`;

const IMPORTED = `${NEST}import { SessionModule } from 'nest-sessions';\n`;

/** Expected call, on a line with this indentation. */
const callAt = (indentation: string) =>
  `SessionModule.forRoot({\n${indentation}  redis: process.env.REDIS_URL,\n${indentation}})`;

const CALL = callAt('    ');

describe('addSessionModule', () => {
  it('fills an empty array, an empty object and an object without imports', () =>
    eachRow(
      [
        ['@Module({ imports: [] })', `@Module({ imports: [\n  ${callAt('  ')},\n] })`],
        ['@Module({})', `@Module({\n  imports: [\n    ${CALL},\n  ],\n})`],
        ['@Module({\n})', `@Module({\n  imports: [\n    ${CALL},\n  ],\n})`],
        [
          '@Module({ providers: [A] })',
          `@Module({\n  providers: [A],\n  imports: [\n    ${CALL},\n  ],\n})`,
        ],
        [
          '@Module({\n  providers: [A], // all\n})',
          `@Module({\n  providers: [A], // all\n  imports: [\n    ${CALL},\n  ],\n})`,
        ],
        [
          '@Module({\n  imports: [],\n  providers: [A],\n})',
          `@Module({\n  imports: [\n    ${CALL},\n  ],\n  providers: [A],\n})`,
        ],
        [
          '@Module({\n  imports: [\n    // none yet\n  ],\n})',
          `@Module({\n  imports: [\n    // none yet\n    ${CALL},\n  ],\n})`,
        ],
        [
          "@Module({\n  'imports': [ /* none */ ],\n})",
          `@Module({\n  'imports': [ /* none */\n    ${CALL},\n  ],\n})`,
        ],
      ] as const,
      ([before, after]) => {
        expect(add(decorated(before))).toBe(decorated(after, IMPORTED));
      },
    ));

  it('appends to an array on one line, one item a line', () =>
    eachRow(
      [
        '@Module({\n  imports: [A, B.forRoot({ a: [1, 2] })],\n})',
        '@Module({\n  imports: [ A,B.forRoot({ a: [1, 2] }), ],\n})',
      ],
      (before) => {
        expect(add(decorated(before))).toBe(
          decorated(
            `@Module({\n  imports: [\n    A,\n    B.forRoot({ a: [1, 2] }),\n    ${CALL},\n  ],\n})`,
            IMPORTED,
          ),
        );
      },
    ));

  it('keeps the comments of an array on one line', () => {
    expect(add(decorated('@Module({\n  imports: [/* first */ A /* last */],\n})'))).toBe(
      decorated(
        `@Module({\n  imports: [\n    /* first */ A, /* last */\n    ${CALL},\n  ],\n})`,
        IMPORTED,
      ),
    );
  });

  it('appends to an array that is spread over lines, with or without its last comma', () =>
    eachRow(
      [
        ['\n    A,\n    B,\n  ', `\n    A,\n    B,\n    ${CALL},\n  `],
        ['\n    A,\n    B\n  ', `\n    A,\n    B,\n    ${CALL}\n  `],
        ['\n    A, // a\n    B, // b\n  ', `\n    A, // a\n    B, // b\n    ${CALL},\n  `],
        ['\n    A,\n    B // b\n  ', `\n    A,\n    B, // b\n    ${CALL}\n  `],
        ['\n    A,\n    // B,\n  ', `\n    A,\n    // B,\n    ${CALL},\n  `],
        ['\n    ...A,\n    B', `\n    ...A,\n    B,\n    ${CALL}`],
      ] as const,
      ([before, after]) => {
        const module = (items: string) => `@Module({\n  imports: [${items}],\n})`;
        expect(add(decorated(module(before)))).toBe(decorated(module(after), IMPORTED));
      },
    ));

  it('appends behind an item that begins on the line of the bracket', () =>
    eachRow(
      [
        ['A.forRoot({\n    a: 1,\n  })', `A.forRoot({\n    a: 1,\n  }), ${callAt('  ')}`],
        ['A.forRoot({\n    a: 1,\n  }),', `A.forRoot({\n    a: 1,\n  }), ${callAt('  ')},`],
        [
          'A.forRoot({\n    a: 1,\n  }), // a\n  ',
          `A.forRoot({\n    a: 1,\n  }), ${callAt('  ')}, // a\n  `,
        ],
      ] as const,
      ([before, after]) => {
        const module = (items: string) => `@Module({\n  imports: [${items}],\n})`;
        expect(add(decorated(module(before)))).toBe(decorated(module(after), IMPORTED));
      },
    ));

  it('writes the role and the service, with quotes and backslashes escaped', () => {
    const edited = add(decorated('@Module({})'), { role: "o'b\\n", service: 'orders' });
    expect(edited).toContain("      requiredRole: 'o\\'b\\\\n',\n      service: 'orders',\n");
  });

  it('uses the quotes, the semicolons and the indentation of the file', () => {
    const imports = 'import { Module } from "@nestjs/common"\n';
    expect(add(decorated('@Module({\n\tproviders: [],\n})', imports))).toBe(
      decorated(
        '@Module({\n\tproviders: [],\n\timports: [\n\t\tSessionModule.forRoot({\n\t\t\tredis: process.env.REDIS_URL,\n\t\t}),\n\t],\n})',
        `${imports}import { SessionModule } from "nest-sessions"\n`,
      ),
    );
  });

  it('keeps the line ends of Windows', () => {
    const windows = (text: string) => text.replaceAll('\n', '\r\n');
    for (const module of ['@Module({})', '@Module({\n  imports: [\n    A,\n  ],\n})']) {
      expect(add(windows(decorated(module)))).toBe(windows(add(decorated(module))));
    }
  });

  it('imports behind the last package, before the own files of the project', () => {
    const imports = `#!/usr/bin/env node\n/** Licence. */\n${NEST}import { A } from './a.js';\n`;
    expect(add(decorated('@Module({ imports: [A] })', imports))).toContain(
      `${NEST}import { SessionModule } from 'nest-sessions';\nimport { A } from './a.js';\n`,
    );
  });

  it('takes another local name where SessionModule is taken', () => {
    const imports = `${NEST}import { SessionModule } from './session.module';\n`;
    const edited = add(decorated('@Module({\n  imports: [SessionModule],\n})', imports));
    expect(edited).toContain(
      "import { SessionModule as CentralSessionModule } from 'nest-sessions';",
    );
    expect(edited).toContain('    SessionModule,\n    CentralSessionModule.forRoot({\n');
  });

  it('edits the named class only, and finds the decorator by its import', () => {
    const imports = "import { Global, Module as NestModule } from '@nestjs/common';\n";
    const other = '@NestModule({})\nclass OtherModule {}\n';
    const edited = add(other + decorated('@Global()\n@NestModule({})', imports));
    expect(edited.startsWith(other)).toBe(true);
  });

  it('gives up on code that it cannot edit safely, with the reason', () =>
    eachRow(
      [
        [decorated('@Module(metadata)'), 'is Module(metadata), without an object literal'],
        [decorated('@Module({ imports: modules })'), 'are not an array literal: imports: modules'],
        [decorated('@Module({ imports })'), 'are not an array literal: imports'],
        [decorated('@Module({ ...shared })'), 'contains a spread object'],
        [decorated('@Module({ imports: [], ...shared })'), 'contains a spread object'],
        [
          decorated('@Module({})', "import { Module } from './own';\n"),
          'has no decorator @Module()',
        ],
        [decorated(''), 'has no decorator @Module()'],
        [`${NEST}export const AppModule = create();`, 'declares no class AppModule'],
        ["export { AppModule } from './other';", 'declares no class AppModule'],
      ] as const,
      ([text, reason]) => {
        expect(() => addSessionModule(ts, text, ROOT, OPTIONS)).toThrow(ManualStepError);
        expect(() => addSessionModule(ts, text, ROOT, OPTIONS)).toThrow(reason);
      },
    ));

  it('accepts a spread before the imports, which then win', () => {
    expect(add(decorated('@Module({ ...shared, imports: [] })'))).toContain(
      'SessionModule.forRoot',
    );
  });
});
