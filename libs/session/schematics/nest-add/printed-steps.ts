import { posix } from 'node:path';
import { EXAMPLE_CONTROLLER, exampleTest } from './example-code.js';
import type { NestAddOptions } from './nest-add.options.js';
import type { RootModule } from './root-module.js';
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

/**
 * Next steps after the schematic.
 *
 * @param extension Of relative imports: `.js` in ES modules.
 */
export function nextSteps(
  rootModule: RootModule,
  role: string | undefined,
  rolesFile: string,
  extension: '' | '.js',
): string {
  const { file, className } = rootModule;
  const folder = posix.dirname(file);
  const roles = [...(role === undefined ? [] : [role]), 'admin'].map((it) => quoted(it, "'"));
  const steps = [
    'Set REDIS_URL where the service runs. .env.example has the line to copy; Nest does not read .env files by itself.',
    'Choose who may call a route: @Public() allows every caller, @Roles() only users with one of its roles.' +
      (role === undefined ? '' : ` Declare the role in ${rolesFile} first: admin: true;`) +
      ` An example is ${folder}/reports.controller.ts, with ReportsController among the controllers of ${className}:` +
      `\n\n${code(EXAMPLE_CONTROLLER)}`,
    `Test it without Redis, in ${folder}/reports.controller.spec.ts:\n\n${code(exampleTest(rootModule, roles.join(', '), extension))}`,
  ];
  return `SessionModule is in ${file}. Every route now requires a session, and answers 401 without a session.\nNext steps:\n\n${numbered(steps)}`;
}

function code(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '      ');
}

function numbered(steps: readonly string[]): string {
  return steps.map((step, i) => `  ${i + 1}. ${step}\n`).join('\n');
}
