import { Metadata } from '@grpc/grpc-js';
import type { INestApplication } from '@nestjs/common';
import { type ClientGrpcProxy, ClientProxyFactory, type GrpcOptions } from '@nestjs/microservices';
import { catchError, firstValueFrom, type Observable } from 'rxjs';
import { SessionManager } from '../issuer/session.manager.js';
import { SessionOptions } from '../options/session.options.js';
import { CALLS, startAuth } from '../rpc/test-support/rpc-apps.js';
import { grpc } from '../rpc/test-support/transports.js';
import { StoredSessionSource } from '../source/stored-session.source.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { TokenExtractor } from '../token/token-extractor.js';
import { CallKeys } from './call.options.js';
import { CallTokens } from './call-tokens.js';
import { denialOf } from './denial-of.js';
import { OnBehalf, onBehalf } from './on-behalf.js';
import { SessionCalls } from './session-calls.js';

type Introspect = (request: object, metadata?: Metadata) => Observable<{ session?: string }>;

describe('a call over gRPC', () => {
  const store = new MemorySessionStore();
  let auth: INestApplication;
  let wire: Awaited<ReturnType<typeof grpc>>;
  let client: ClientGrpcProxy;
  let manager: SessionManager;

  beforeAll(async () => {
    wire = await grpc();
    auth = await startAuth(wire.server, { store });
    manager = auth.get(SessionManager, { strict: false });
  });
  afterAll(() => auth.close());

  beforeEach(() => {
    const tokens = new TokenExtractor(new SessionOptions({ store }));
    const calls = new SessionCalls(
      new StoredSessionSource(tokens, store),
      tokens,
      new CallTokens('orders', new CallKeys(CALLS)),
    );
    const options = calls.client('auth', wire.client as GrpcOptions);
    client = ClientProxyFactory.create(options) as unknown as ClientGrpcProxy;
  });
  afterEach(() => {
    client.close();
  });

  const signIn = async () =>
    (await manager.create({ user: { id: 'u-1', username: 'ada' }, roles: [] })).session;

  const introspection = () => client.getService<{ introspect: Introspect }>('SessionIntrospection');

  function introspect(id: string, metadata?: Metadata): Promise<{ session?: string }> {
    const { introspect: send } = introspection();
    return firstValueFrom(metadata ? send({ id }, metadata) : send({ id }));
  }

  it('is signed automatically, with or without application metadata', async () => {
    const { id } = await signIn();
    expect((await introspect(id)).session).toContain(id);
    const metadata = new Metadata();
    metadata.set('trace', 'x');
    metadata.set('x-session-call', 'claimed');
    expect((await introspect(id, metadata)).session).toContain(id);
  });

  it('is made on behalf of the current session, and denied accordingly', async () => {
    const session = await signIn();
    const error: unknown = await onBehalf
      .run(new OnBehalf(session, { headers: {} }), () => introspect(session.id))
      .catch((it: unknown) => it);
    // Only services may introspect.
    expect(denialOf(error)?.code).toBe('ERR_SESSION_ROLE_REQUIRED');
  });

  it('keeps the session of its request when it follows the answer to another call', async () => {
    const { id } = await signIn();
    const [first, followed] = await Promise.all([
      // The call of the service itself opens the connection, for which the other call waits as well.
      introspect(id),
      onBehalf.run(null, () => {
        const send = () => introspection().introspect({ id });
        return firstValueFrom(send().pipe(catchError(send))).catch((it: unknown) => it);
      }),
    ]);
    expect(first.session).toContain(id);
    expect(denialOf(followed)?.code).toBe('ERR_SESSION_REQUIRED');
  });

  it('is anonymous in an anonymous request', async () => {
    const { id } = await signIn();
    const error: unknown = await onBehalf
      .run(null, () => introspect(id))
      .catch((it: unknown) => it);
    expect(denialOf(error)?.code).toBe('ERR_SESSION_REQUIRED');
  });
});
