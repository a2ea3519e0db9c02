import ts from 'typescript';
import { eachRow } from '../../../../tools/testing/each-row';
import { MemoryWorkspace } from '../test-support/memory-workspace';
import { configuresSessions, findSessionModule } from './find-session-module';

const IMPORT = "import { SessionModule } from 'nest-sessions';\n";
const CONFIGURED = `${IMPORT}const imports = [SessionModule.forRoot({})];`;

describe('configuresSessions', () => {
  it('recognizes forRoot and forRootAsync, also by another local name', () =>
    eachRow(
      [
        CONFIGURED,
        `${IMPORT}const sessions = SessionModule.forRootAsync({ useFactory: options });`,
        'import { Roles, SessionModule as Central } from "nest-sessions";\nCentral\n  .forRoot({});',
      ],
      (text) => {
        expect(configuresSessions(ts, text)).toBe(true);
      },
    ));

  it('ignores other modules, other calls and comments', () =>
    eachRow(
      [
        "import { SessionModule } from './session.module';\nSessionModule.forRoot({});",
        `${IMPORT}export { SessionModule };`,
        `${IMPORT}// SessionModule.forRoot({})`,
        "import { SessionIssuerModule } from 'nest-sessions/issuer';\nSessionIssuerModule.forRoot({});",
      ],
      (text) => {
        expect(configuresSessions(ts, text)).toBe(false);
      },
    ));
});

describe('findSessionModule', () => {
  it('finds the file in a subfolder', () => {
    const files = { 'src/main.ts': '', 'src/core/core.module.ts': CONFIGURED };
    expect(findSessionModule(ts, new MemoryWorkspace(files), 'src')).toBe(
      'src/core/core.module.ts',
    );
  });

  it('ignores tests, declarations, packages and other applications', () => {
    const files = {
      'src/app.module.ts': 'export class AppModule {}',
      'src/app.spec.ts': CONFIGURED,
      'src/app.e2e-spec.ts': CONFIGURED,
      'src/app.test.ts': CONFIGURED,
      'src/app.d.ts': CONFIGURED,
      'src/node_modules/a/index.ts': CONFIGURED,
      'other/app.module.ts': CONFIGURED,
    };
    expect(findSessionModule(ts, new MemoryWorkspace(files), 'src')).toBeUndefined();
  });
});
