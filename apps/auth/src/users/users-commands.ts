import { type Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { SecurityLog } from 'nest-sessions/audit';
import { openDatabase } from '../database/database';
import { TEMPORARY } from '../database/embedded-postgres';
import { DEFAULT_BCRYPT_COST, PasswordHasher } from '../passwords/password-hasher';
import { type LiveSessions, OPERATOR } from './live-sessions';
import { readNewPassword, type Input } from './password-input';
import { type User } from './user';
import { UsersService } from './users.service';

/** Input, output and environment of a command. */
export interface CommandIo {
  readonly stdin: Input;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: NodeJS.ProcessEnv;
  readonly securityLog: SecurityLog;
  openLiveSessions(env: NodeJS.ProcessEnv, securityLog: SecurityLog): Promise<LiveSessions>;
}

/** 0: done. 1: failed, with the reason on stderr. 2: not a command. */
export type ExitCode = 0 | 1 | 2;

const HELP = `Manages the users of the auth app:

  npm run users -- create <username> [--roles a,b]   creates a user; asks for the password
  npm run users -- list                              username, roles, state, id; tab-separated
  npm run users -- set-roles <username> <a,b>        replaces the roles; "" for none
  npm run users -- set-password <username>           asks for the password; ends all sessions
  npm run users -- help

With set-roles and set-password, --no-sessions changes only the user database. Use it when no service
runs. If standard input is not a terminal, its first line is the password.

Environment: DATABASE_URL or DATA_DIR with the value of the auth app, REDIS_URL, BCRYPT_COST. With
NODE_ENV=production each change is also written to standard error, as one line of JSON.
`;

interface Command {
  /** Number of words after the command's name. */
  readonly words: number;
  readonly options: readonly string[];
  run(invocation: Invocation): Promise<void>;
}

/** Arguments of a parsed command, and the objects that it works on. */
interface Invocation {
  readonly words: readonly string[];
  readonly roles: string | undefined;
  readonly noSessions: boolean;
  readonly users: UsersService;
  readonly io: CommandIo;
}

const COMMANDS = new Map<string, Command>([
  ['create', { words: 1, options: ['roles'], run: create }],
  ['list', { words: 0, options: [], run: list }],
  ['set-roles', { words: 2, options: ['no-sessions'], run: setRoles }],
  ['set-password', { words: 1, options: ['no-sessions'], run: setPassword }],
]);

class UsageError extends Error {}

/**
 * Runs one command of `npm run users`. Every failure results in an exit code and one line on stderr.
 *
 * @param args the words after `npm run users --`
 */
export async function runUsersCommand(args: readonly string[], io: CommandIo): Promise<ExitCode> {
  if (args[0] === 'help' || args[0] === '--help') {
    io.stdout.write(HELP);
    return 0;
  }
  try {
    const { command, ...understood } = understand(args);
    await withUsers(io, (users) => command.run({ ...understood, users, io }));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const line = message
      .split('\n')
      .map((part) => part.trim())
      .join(' ');
    io.stderr.write(`${line}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

/** @throws UsageError before anything is opened */
function understand(args: readonly string[]): {
  command: Command;
  words: string[];
  roles: string | undefined;
  noSessions: boolean;
} {
  const { positionals, values } = parse(args);
  const [name = '', ...words] = positionals;
  const command = COMMANDS.get(name);
  const fits =
    command?.words === words.length &&
    Object.keys(values).every((option) => command.options.includes(option));
  if (!fits) {
    throw new UsageError(`not understood: ${args.join(' ')} (see: npm run users -- help)`);
  }
  return { command, words, roles: values.roles, noSessions: values['no-sessions'] === true };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { roles: { type: 'string' }, 'no-sessions': { type: 'boolean' } },
    });
  } catch (error) {
    throw new UsageError(`${(error as Error).message} (see: npm run users -- help)`);
  }
}

async function withUsers(
  { env }: CommandIo,
  work: (users: UsersService) => Promise<void>,
): Promise<void> {
  const hasher = hasherOf(env);
  const dataDir = env.DATA_DIR ?? '.data';
  if (env.DATABASE_URL === undefined && dataDir === TEMPORARY) {
    throw new Error(
      'DATA_DIR: only the app can open a temporary user database: set DATA_DIR to the folder of the app, or set DATABASE_URL',
    );
  }
  const database = await openDatabase({ databaseUrl: env.DATABASE_URL, dataDir });
  try {
    await work(new UsersService(database, hasher));
  } finally {
    await database.close();
  }
}

function hasherOf(env: NodeJS.ProcessEnv): PasswordHasher {
  try {
    return new PasswordHasher(Number(env.BCRYPT_COST ?? DEFAULT_BCRYPT_COST));
  } catch (error) {
    throw new Error(`BCRYPT_COST: ${(error as Error).message}`, { cause: error });
  }
}

async function create({ words, roles, users, io }: Invocation): Promise<void> {
  const [username = ''] = words;
  if (await users.findByUsername(username)) throw new Error(`the user ${username} already exists`);
  const password = await readNewPassword(io.stdin, io.stderr);
  const user = await users.create({ username, password, roles: roleList(roles ?? '') });
  const { username: name, roles: given } = user;
  io.securityLog.record({ event: 'user.created', ...doneTo(user), username: name, roles: given });
  io.stdout.write(`created ${name} (${user.id})\n`);
}

async function list({ users, io }: Invocation): Promise<void> {
  let after: string | undefined;
  do {
    const page: User[] = await users.list({ limit: 1_000, ...(after && { after }) });
    for (const { username, roles, disabled, id } of page) {
      const state = disabled ? 'disabled' : 'active';
      io.stdout.write(`${[username, roles.join(','), state, id].join('\t')}\n`);
    }
    after = page.at(-1)?.username;
  } while (after !== undefined);
}

async function setRoles(invocation: Invocation): Promise<void> {
  const [username = '', roles = ''] = invocation.words;
  const { users, io } = invocation;
  const found = await find(users, username);
  await withSessions(invocation, (sessions) =>
    users.changeRoles(found.id, roleList(roles), {
      take: async (user) => {
        await sessions?.limitRoles(user.id, user.roles);
      },
      committed: (user) => {
        const told = { ...doneTo(user), roles: user.roles };
        io.securityLog.record({ event: 'user.rolesChanged', ...told });
      },
      give: async (user) => {
        await sessions?.setRoles(user.id, user.roles);
      },
    }),
  );
  io.stdout.write(`${username} now has the roles: ${roles || 'none'}\n`);
}

async function setPassword(invocation: Invocation): Promise<void> {
  const [username = ''] = invocation.words;
  const { users, io } = invocation;
  const found = await find(users, username);
  await withSessions(invocation, async (sessions) => {
    const password = await readNewPassword(io.stdin, io.stderr);
    await users.setPassword(found.id, password, async (user) => {
      await sessions?.revokeAll(user.id);
    });
  });
  io.securityLog.record({ event: 'password.reset', ...doneTo(found) });
  io.stdout.write(`${username} has a new password\n`);
}

/** Returns the fields of every change in the security log. */
function doneTo({ id: userId }: User) {
  return { outcome: 'success', userId, by: OPERATOR } as const;
}

async function find(users: UsersService, username: string): Promise<User> {
  const user = await users.findByUsername(username);
  if (!user) throw new Error(`the user ${username} does not exist`);
  return user;
}

/** Opens the live sessions before any change; `null` stands for `--no-sessions`. */
async function withSessions(
  { noSessions, io }: Invocation,
  work: (sessions: LiveSessions | null) => Promise<unknown>,
): Promise<void> {
  const sessions = noSessions ? null : await io.openLiveSessions(io.env, io.securityLog);
  try {
    await work(sessions);
  } finally {
    await sessions?.close();
  }
}

/** Parses a list of roles: `a,b` → two roles; empty → no roles. */
function roleList(text: string): string[] {
  return text === '' ? [] : text.split(',');
}
