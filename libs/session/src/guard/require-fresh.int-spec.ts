import { Controller, Get } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory, MessagePattern } from '@nestjs/microservices';
import { Metadata, status } from '@grpc/grpc-js';
import { firstValueFrom } from 'rxjs';
import { freePort } from '../../../../tools/processes/free-port';
import { CallKeys } from '../calls/call.options';
import { CallTokens } from '../calls/call-tokens';
import { denialOf } from '../calls/denial-of';
import { reauthenticationRequired } from '../errors/reauthentication-required';
import { SessionOptionsError } from '../errors/session-options.error';
import { SessionOptions } from '../options/session.options';
import { RequireFresh } from '../roles/require-fresh.decorator';
import { Roles } from '../roles/roles.decorator';
import type { SessionFields } from '../session/session';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { httpAdapters, listen, type ListeningApp } from '../testing/http-adapters';
import { withBearer } from '../testing/requests';
import { sampleSession } from '../testing/sample-session';
import { createToken, sessionIdOf } from '../token/session-token';
import { toGrpcError } from './grpc-error';

const HOUR = 3_600_000;
const CODE = 'ERR_SESSION_REAUTHENTICATION_REQUIRED';
const calls = { secret: 'a secret that both services know, of 32 bytes or more' };

@Controller()
class FreshController {
  @Get('plain')
  plain(): string {
    return 'in';
  }

  @RequireFresh()
  @Get('fresh')
  fresh(): string {
    return 'in';
  }

  @RequireFresh('5m')
  @Get('recent')
  recent(): string {
    return 'in';
  }

  @Roles('orders:write')
  @RequireFresh('5m')
  @Get('role-and-recent')
  roleAndRecent(): string {
    return 'in';
  }

  @RequireFresh('5m')
  @MessagePattern('recent')
  recentMessage(): string {
    return 'in';
  }
}

describe.each(httpAdapters)('a route with @RequireFresh(5m) on %s', (_, makeAdapter) => {
  const store = new MemorySessionStore();
  let service: ListeningApp;
  let client: ClientProxy;

  beforeAll(async () => {
    const port = await freePort();
    service = await listen(
      makeAdapter,
      {
        imports: [
          SessionModule.forRoot({
            store,
            service: 'called',
            calls,
            reauthenticateAt: 'https://id.example/again',
          }),
        ],
        controllers: [FreshController],
      },
      async (app) => {
        app.connectMicroservice({ options: { port } }, { inheritAppConfig: true });
        await app.startAllMicroservices();
      },
    );
    client = ClientProxyFactory.create({ options: { port } });
  });

  afterAll(async () => {
    client.close();
    await service.app.close();
  });

  async function signedIn(ago: number, changes: Partial<SessionFields> = {}): Promise<string> {
    const token = createToken();
    const authenticatedAt = Date.now() - ago;
    await store.insert(sampleSession({ id: sessionIdOf(token), authenticatedAt, ...changes }));
    return token;
  }

  const ask = (path: string, token: string) => fetch(`${service.url}/${path}`, withBearer(token));
  const statusOf = async (path: string, token: string) => (await ask(path, token)).status;

  it('lets in who signed in a moment ago', async () => {
    expect(await statusOf('recent', await signedIn(0))).toBe(200);
  });

  it('turns away who signed in an hour ago, and says where to do it again', async () => {
    const answer = await ask('recent', await signedIn(HOUR));

    expect(answer.status).toBe(403);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('www-authenticate')).toBeNull();
    expect(await answer.json()).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: CODE,
      detail: expect.stringContaining('https://id.example/again') as string,
      maxAge: 300,
      reauthenticate: 'https://id.example/again',
    });
  });

  it('lets that session in where no age is asked for', async () => {
    const token = await signedIn(HOUR);
    expect(await statusOf('plain', token)).toBe(200);
    expect(await statusOf('fresh', token)).toBe(200);
  });

  it('says nothing of it to who lacks the role, or has no session', async () => {
    const token = await signedIn(HOUR, { roles: [] });
    const answer = await ask('role-and-recent', token);
    expect(await answer.json()).toMatchObject({ code: 'ERR_SESSION_ROLE_REQUIRED' });
    expect(await statusOf('recent', createToken())).toBe(401);
  });

  it('turns away a session that goes on as another, also where no age is asked for', async () => {
    const token = await signedIn(0, { supersededBy: sessionIdOf(createToken()) });

    expect(await statusOf('plain', token)).toBe(200);
    expect(await statusOf('recent', token)).toBe(403);
    const answer = await ask('fresh', token);
    expect(answer.status).toBe(403);
    const problem = (await answer.json()) as object;
    expect(problem).toMatchObject({ code: CODE, reauthenticate: 'https://id.example/again' });
    expect(problem).not.toHaveProperty('maxAge');
  });

  it('turns away a call on behalf of such a session, and lets the same session in again', async () => {
    const call = (id: string) => {
      const signed = new CallTokens('caller', new CallKeys(calls)).sign('called', id);
      const headers = { 'x-session-call': signed };
      return firstValueFrom(client.send<unknown>('recent', { '@session': headers, data: {} }));
    };
    const [old, recent] = [await signedIn(HOUR), await signedIn(0)];

    await expect(call(sessionIdOf(old))).rejects.toMatchObject({
      status: 'error',
      code: CODE,
      maxAge: 300,
      reauthenticate: 'https://id.example/again',
    });
    expect(await call(sessionIdOf(recent))).toBe('in');
  });
});

describe('the denial', () => {
  const denial = reauthenticationRequired({ maxAge: 90_500, at: '/again' });

  it('is PERMISSION_DENIED over gRPC, with the code in the metadata', () => {
    const { code, metadata } = toGrpcError(denial, new Metadata()) as {
      code: number;
      metadata: Metadata;
    };
    expect(code).toBe(status.PERMISSION_DENIED);
    expect(metadata.get('x-session-error')).toEqual([CODE]);
  });

  it('is passed on by a service whose called service has said so', () => {
    const passedOn = denialOf({ status: 'error', code: CODE });
    expect(passedOn?.getStatus()).toBe(403);
    expect(passedOn?.getResponse()).toMatchObject({ reauthenticate: '/auth/reauthenticate' });
    expect(denialOf({ code: CODE, ...denial.members })?.getResponse()).toMatchObject(
      denial.members,
    );
    expect(denialOf({ code: CODE }, '/again')?.getResponse()).toMatchObject({
      reauthenticate: '/again',
    });
  });

  it('tells the age in whole seconds', () => {
    expect(denial.getResponse()).toMatchObject({ maxAge: 90, reauthenticate: '/again' });
  });
});

describe('reauthenticateAt', () => {
  const optionsWith = (reauthenticateAt?: string) =>
    new SessionOptions({ store: new MemorySessionStore(), reauthenticateAt });

  it('is where the auth app has it, unless it is said', () => {
    expect(optionsWith().reauthenticateAt).toBe('/auth/reauthenticate');
    expect(optionsWith('https://id.example/again?x=1').reauthenticateAt).toBe(
      'https://id.example/again?x=1',
    );
  });

  it.each([
    '',
    'again',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/a b',
    '/a\n',
  ])('refuses %j', (place) => {
    expect(() => optionsWith(place)).toThrow(SessionOptionsError);
    expect(() => optionsWith(place)).toThrow(/^reauthenticateAt: .*Give a path/s);
  });
});
