import type { NestAddOptions } from './nest-add.options.js';

/** Style of the file that receives the code. */
export interface CodeStyle {
  readonly quote: string;
  readonly unit: string;
}

/** Call that configures the module, one option a line. */
export function sessionModuleCall(
  name: string,
  { role, service }: Pick<NestAddOptions, 'role' | 'service'>,
  { quote, unit }: CodeStyle,
): string {
  const options = [
    'redis: process.env.REDIS_URL',
    ...(role === undefined ? [] : [`requiredRole: ${quoted(role, quote)}`]),
    ...(service === undefined ? [] : [`service: ${quoted(service, quote)}`]),
  ];
  return [`${name}.forRoot({`, ...options.map((it) => `${unit}${it},`), '})'].join('\n');
}

/** Declaration of the roles: with it, a misspelt role does not compile. */
export function sessionRolesCode(role: string, quote: string): string {
  const key = /^[A-Za-z_$][\w$]*$/.test(role) ? role : quoted(role, quote);
  return `declare module ${quote}nest-sessions${quote} {
  interface SessionRoles {
    /** Admits a user to this service. */
    ${key}: true;
  }
}

export {};
`;
}

/** Literal of a text. */
export function quoted(text: string, quote: string): string {
  return quote + text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`) + quote;
}
