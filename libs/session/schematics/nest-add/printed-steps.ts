import type { NestAddOptions } from './nest-add.options.js';
import { quoted, sessionModuleCall, sessionRolesCode } from './session-module-code.js';

const STYLE = { quote: "'", unit: '  ' };

/** Steps by hand, for a project that the schematic cannot edit. */
export function manualSteps(
  reason: string,
  options: NestAddOptions,
  rolesFile: string,
  ioredis: string,
): string {
  const { role, redisUrl } = options;
  const call = sessionModuleCall('SessionModule', options, STYLE);
  const steps = [
    `In the root module, import SessionModule and add it to the imports:\n\n${code(
      `import { SessionModule } from 'nest-sessions';\n\nimports: [\n  ${call.replaceAll('\n', '\n  ')},\n]`,
    )}`,
    `In .env.example, name the variable:\n\n${code(`REDIS_URL=${redisUrl}`)}`,
    ...(role === undefined
      ? []
      : [`In ${rolesFile}, declare the role:\n\n${code(sessionRolesCode(role, "'").trimEnd())}`]),
    `In the dependencies of package.json, add the Redis client and install it:\n\n${code(`"ioredis": "${ioredis}"`)}`,
  ];
  return `Nest Sessions changed no file: ${reason}\nAdd it by hand:\n\n${numbered(steps)}`;
}

/** Next steps after the schematic. */
export function nextSteps(moduleFile: string, role: string | undefined, rolesFile: string): string {
  const roles = [...(role === undefined ? [] : [role]), 'admin'].map((it) => quoted(it, "'"));
  const steps = [
    'Set REDIS_URL where the service runs. .env.example has the line to copy; Nest reads no .env file by itself.',
    'Choose who may call a route: @Public() admits everyone, @Roles() the users with one of its roles.' +
      (role === undefined ? '' : ` Declare the role in ${rolesFile} first: admin: true;`) +
      `\n\n${code(CONTROLLER)}`,
    `Test it without Redis:\n\n${code(testCode(roles.join(', ')))}`,
  ];
  return `SessionModule is in ${moduleFile}. From now on every route needs a session: without one it answers 401.\nNext steps:\n\n${numbered(steps)}`;
}

const CONTROLLER = `import { Roles } from 'nest-sessions';

@Controller('reports')
@Roles('admin')
export class ReportsController {}`;

const testCode = (
  roles: string,
) => `import { SessionTestingModule, signInAs } from 'nest-sessions/testing';

const module = await Test.createTestingModule({
  imports: [AppModule, SessionTestingModule.forRoot()],
}).compile();
const app = await module.createNestApplication().init();
const user = await signInAs(app, { roles: [${roles}] });
await request(app.getHttpServer()).get('/reports').set(user.headers).expect(200);`;

function code(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '      ');
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, i) => `  ${i + 1}. ${step}\n`).join('\n');
}
