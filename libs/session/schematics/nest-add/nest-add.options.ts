/** Flags as the command line gives them: it turns `--role=1` into a number and `--role` into `true`. */
export interface NestAddFlags {
  readonly role?: string | number | boolean;
  readonly redisUrl?: string | number | boolean;
  readonly service?: string | number | boolean;
  readonly project?: string | number | boolean;
  readonly p?: string | number | boolean;
  readonly sourceRoot?: string;
  readonly skipInstall?: boolean;
  readonly s?: boolean;
}

/** Checked options of the schematic. */
export interface NestAddOptions {
  /** `undefined`: any signed-in user may enter. */
  readonly role: string | undefined;
  readonly redisUrl: string;
  readonly service: string | undefined;
  readonly project: string | undefined;
  readonly sourceRoot: string | undefined;
  readonly skipInstall: boolean;
}

const REDIS_URL = 'redis://127.0.0.1:6379';

/** The library's own rule for `service`. */
const SERVICE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** Blanks at either end, or a control character. */
const UNUSABLE_IN_ROLE = /^\s|\s$|\p{Cc}/u;

/** @throws Error that names the flag, its value and the expected value */
export function checkedOptions(flags: NestAddFlags): NestAddOptions {
  return {
    role: checkedRole(textOf('role', flags.role)),
    redisUrl: checkedRedisUrl(textOf('redis-url', flags.redisUrl) ?? REDIS_URL),
    service: checkedService(textOf('service', flags.service)),
    project: textOf('project', flags.project ?? flags.p),
    sourceRoot: flags.sourceRoot,
    skipInstall: flags.skipInstall ?? flags.s ?? false,
  };
}

/** Text of a flag; `undefined` for a flag that is left out or empty. */
function textOf(flag: string, value: string | number | boolean | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new Error(
    `--${flag} must be text, got ${value}. Give text that is not a number, or leave the flag out.`,
  );
}

function checkedRole(role: string | undefined): string | undefined {
  if (role === undefined || !UNUSABLE_IN_ROLE.test(role)) return role;
  throw new Error(
    '--role must not start or end with a space, nor contain a control character, got ' +
      `${JSON.stringify(role)}. Name a role such as orders, or leave the flag out to admit ` +
      'any signed-in user.',
  );
}

function checkedRedisUrl(text: string): string {
  const url = URL.canParse(text) && !/\s/.test(text) ? new URL(text) : undefined;
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new Error(
      `--redis-url must be a URL such as ${REDIS_URL}, or rediss:// for TLS, got ${JSON.stringify(text)}.`,
    );
  }
  if (url.password !== '') {
    throw new Error(
      '--redis-url must not contain a password: it is written to .env.example, which is ' +
        'committed. Leave the password out, and set REDIS_URL with the password where the ' +
        'service runs.',
    );
  }
  return text;
}

function checkedService(service: string | undefined): string | undefined {
  if (service === undefined || SERVICE.test(service)) return service;
  throw new Error(
    `--service must consist of lower-case letters, digits and single hyphens, such as orders, got ${JSON.stringify(service)}.`,
  );
}
