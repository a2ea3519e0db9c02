import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { docExamples } from '../tools/package/doc-examples';
import { entryPoints } from '../tools/package/entry-points';
import { repositoryRoot } from '../tools/repository-root';
import { documentationPages } from '../tools/site/documentation-pages';
import { QUOTATION } from '../tools/site/quoted-code';
import { eachRow } from '../tools/testing/each-row';

const inRoot = (file: string) => join(repositoryRoot, file);

const PAGES = ['README.md', 'libs/session/README.md', ...documentationPages()];

/** Packages from which snippets may use names without an import. */
const PACKAGES = [
  ...entryPoints().map(({ specifier }) => specifier),
  '@liaoliaots/nestjs-redis',
  '@nestjs/common',
  '@nestjs/microservices',
  '@nestjs/platform-fastify',
  '@nestjs/terminus',
  '@nestjs/testing',
];

/** Declarations of the reader's own code, or of an earlier snippet. */
const OWN = `
import type { INestApplication } from '@nestjs/common';
import type { ClientProxy } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Session } from 'nest-sessions';
import { SecurityLog } from 'nest-sessions/audit';
import type { SessionManager } from 'nest-sessions/issuer';
import type { SignedInUser } from 'nest-sessions/testing';
export declare class AppModule {}
export declare const carol: SignedInUser;
export declare const client: ClientProxy;
export declare const fastify: NestFastifyApplication;
export declare class ReportsController {}
export declare class AuthController {}
export interface User { id: string; username: string; roles: string[] }
export declare class UsersService {
  verify(username: unknown, password: unknown): Promise<User | null>;
  requirePassword(usernameOrId: string, password: string): Promise<User>;
  maySignIn(userId: string): Promise<boolean>;
}
export declare class MyLog extends SecurityLog { record(): void }
export declare const manager: SessionManager;
export declare const users: UsersService;
export declare const PRODUCTS_CLIENT: unique symbol;
export declare class Bookmarks { load(): Promise<string | null> }
export declare const [host, username, password]: [string, string, string];
export declare const app: INestApplication;
export declare const session: Session;
export { default as request } from 'supertest';
export { firstValueFrom } from 'rxjs';
`;
const OWN_FILE = inRoot('test/own.ts');

/** Declarations of the reader's own code, for the examples in doc comments. */
const OWN_IN_EXAMPLES = `
import type { ExecutionContext } from '@nestjs/common';
import type { HealthCheckService } from '@nestjs/terminus';
import type { Request, Response } from 'express';
import type {
  AccessRules, Decision, Session, Sessions, SessionUser, TokenExtractor,
} from 'nest-sessions';
import type { AccessDirectory } from 'nest-sessions/access';
import type { SecurityEvent } from 'nest-sessions/audit';
import type { SessionCalls } from 'nest-sessions/calls';
import type { ChannelConnection, SessionChannels } from 'nest-sessions/channels';
import type { SessionContext } from 'nest-sessions/context';
import type { SessionEvents } from 'nest-sessions/events';
import type { IdentitySigner, SessionInstruments } from 'nest-sessions/gateway';
import type { SessionHealthIndicator } from 'nest-sessions/health';
import type { SessionCookie, SessionManager } from 'nest-sessions/issuer';
import { IssuerSessionStore } from 'nest-sessions/store';
import type { MemorySessionStore } from 'nest-sessions/testing';
import type { WebSocket } from 'ws';
export { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
export { GraphQLModule } from '@nestjs/graphql';
export type { Request, Response };
export declare const channels: SessionChannels;
export declare const connection: ChannelConnection;
export declare const socket: WebSocket;
export declare class NotesGateway {}
export declare const req: Request;
export declare const res: Response;
export declare const user: SessionUser;
export declare const admin: SessionUser;
export declare const userId: string;
export declare const store: IssuerSessionStore;
export declare class MyStore extends IssuerSessionStore {}
export declare const pool: { query(sql: string, values: unknown[]): Promise<{ rows: object[] }> };
export declare const decision: Decision;
export declare const who: { session: Session };
export declare const url: string;
export declare const host: string;
export declare const protoPath: string;
export declare const manager: SessionManager;
export declare const cookie: SessionCookie;
export declare const calls: SessionCalls;
export declare const sockets: { closeAll(sessionId: string): void };
export declare const context: ExecutionContext;
export declare const sessions: Sessions<'orders'>;
export declare const sessionContext: SessionContext;
export declare const sessionId: string;
export declare const lastEventId: string;
export declare const id: string;
export declare const json: string;
export declare const token: string;
export declare const events: SessionEvents;
export declare const health: HealthCheckService;
export declare const indicator: SessionHealthIndicator;
export declare const signer: IdentitySigner;
export declare const instruments: SessionInstruments;
export declare const directory: AccessDirectory;
export declare const rules: AccessRules;
export declare const tokens: TokenExtractor;
export declare const memory: MemorySessionStore;
export declare const collector: { send(event: SecurityEvent): void };
export declare class OrdersController { list(): object[] }
export declare const http: { post(url: string, body: unknown, options: object): Promise<unknown> };
export { Cluster, Redis } from 'ioredis';
export { catchError, lastValueFrom, map, Observable, throwError } from 'rxjs';
`;

/** Files that snippets import by path. */
const OWN_FILES = new Map([
  [OWN_FILE, OWN],
  [inRoot('test/own-in-examples.ts'), OWN_IN_EXAMPLES],
  [inRoot('test/app.module.ts'), "export { AppModule } from './own.js';"],
  [inRoot('test/reports.controller.ts'), "export { ReportsController } from './own.js';"],
  [inRoot('test/auth.controller.ts'), "export { AuthController } from './own.js';"],
  [inRoot('test/users.service.ts'), "export { UsersService } from './own.js';"],
]);

/** Wraps class members and statements into a class or function. */
function inItsPlace(text: string): string {
  if (/^(import|export|declare) /m.test(text)) return text;
  if (text.startsWith('@')) return `export class Here {\n${text}}`;
  if (/\bawait /.test(text) && !/\basync\b/.test(text)) {
    return `export async function here(this: { sessions: Sessions<'orders'> }) {\n${text}}`;
  }
  return `export const here = () => {\n${text}};`;
}

const configuration = ts.getParsedCommandLineOfConfigFile(
  inRoot('tsconfig.workspace.json'),
  { noUnusedLocals: false, noUnusedParameters: false, incremental: false },
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
);
const options = configuration?.options ?? {};

/** Source files on disk, shared by the programs of all pages. */
const read = new Map<string, ts.SourceFile | undefined>();

/** Program of in-memory files. */
function programOf(files: ReadonlyMap<string, string>): ts.Program {
  const host = ts.createCompilerHost(options);
  const textOf = (file: string) => OWN_FILES.get(file) ?? files.get(file);
  const onDisk = ts.createCompilerHost(options);
  host.readFile = (file) => textOf(file) ?? onDisk.readFile(file);
  host.fileExists = (file) => textOf(file) !== undefined || onDisk.fileExists(file);
  host.getSourceFile = (file, target, ...rest) => {
    const text = textOf(file);
    if (text !== undefined) return ts.createSourceFile(file, text, target);
    if (!read.has(file)) read.set(file, onDisk.getSourceFile(file, target, ...rest));
    return read.get(file);
  };
  return ts.createProgram([...files.keys()], options, host);
}

interface Exported {
  readonly name: string;
  readonly from: string;
  readonly isType: boolean;
}

/** Exports of the packages; the first package with a name wins. */
function exportsOf(packages: readonly string[]): Exported[] {
  const file = inRoot('test/all.ts');
  const text = packages.map((from, i) => `import * as all${i} from '${from}';`).join('\n');
  const program = programOf(new Map([[file, text]]));
  const checker = program.getTypeChecker();
  const known = new Map<string, Exported>();
  for (const statement of program.getSourceFile(file)?.statements ?? []) {
    if (!ts.isImportDeclaration(statement)) continue;
    const { moduleSpecifier } = statement;
    const module = checker.getSymbolAtLocation(moduleSpecifier);
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      const { name, flags } = symbol;
      const target = flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const isType = (target.flags & ts.SymbolFlags.Value) === 0;
      const from = (moduleSpecifier as ts.StringLiteral).text;
      if (!known.has(name)) known.set(name, { name, from, isType });
    }
  }
  return [...known.values()];
}

/** Adds an import for every used and undeclared name, like an editor. */
function withImports(text: string, all: readonly Exported[]): string {
  // The name of its file may be above the imports.
  if (/^(?:\/\/.*\n)?import /.test(text)) return text;
  const names = new Set(text.match(/\b[A-Za-z]\w+\b/g));
  const used = all.filter(
    ({ name }) => names.has(name) && !new RegExp(`\\b(class|interface) ${name}\\b`).test(text),
  );
  const lines = used.map(
    ({ name, from, isType }) => `import ${isType ? 'type ' : ''}{ ${name} } from '${from}';\n`,
  );
  return lines.join('') + text;
}

describe('the code snippets in the documentation', () => {
  let all: Exported[];

  beforeAll(() => {
    all = exportsOf([...PACKAGES, './own.js']);
  });

  /** Compiler errors of snippets, each with the name of its file or page, compiled as one service. */
  function problemsOf(snippets: readonly [of: string, text: string][], names = all): string[] {
    const files = snippets.map(([of, text], i) => ({
      of,
      file: inRoot(`test/${of.replaceAll(/\W/g, '-')}-${i + 1}.ts`),
      text: withImports(inItsPlace(text), names),
    }));
    const program = programOf(new Map(files.map(({ file, text }) => [file, text])));
    return files.flatMap(({ of, file, text }) => {
      const source = program.getSourceFile(file);
      return [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ].map(({ messageText, start = 0 }) => {
        const message = ts.flattenDiagnosticMessageText(messageText, ' ');
        return `${of}: ${message} at: ${text.slice(start, start + 60)}`;
      });
    });
  }

  it('compile', () =>
    eachRow(PAGES, (page) => {
      const written = readFileSync(inRoot(page), 'utf8').replaceAll(QUOTATION, '');
      const blocks = written.matchAll(/^```ts\n([^]*?)^```/gm);
      const snippets = [...blocks].map(([, text = '']): [string, string] => [page, text]);
      expect(problemsOf(snippets)).toEqual([]);
    }));

  it('compile in doc comments', () => {
    const names = exportsOf(['./own-in-examples.js', ...PACKAGES, './own.js']);
    const examples = docExamples().map(({ file, code }): [string, string] => [file, code]);
    expect(examples.length).toBeGreaterThan(40);
    expect(problemsOf(examples, names)).toEqual([]);
  });
});
