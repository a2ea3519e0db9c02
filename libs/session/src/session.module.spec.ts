import { Inject, Injectable, Module, type ModuleMetadata } from '@nestjs/common';
import { Transport } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import { eachRow } from '../../../tools/testing/each-row.js';
import { SessionCallsModule } from './calls/session-calls.module.js';
import { SessionOptionsError } from './errors/session-options.error.js';
import { SessionGatewayModule } from './gateway/session-gateway.module.js';
import { SessionIssuerModule } from './issuer/session-issuer.module.js';
import { SessionManager } from './issuer/session.manager.js';
import { SessionRpcModule } from './rpc/session-rpc.module.js';
import { SessionModule } from './session.module.js';
import { StoredSessionSource } from './source/stored-session.source.js';
import { MemorySessionStore } from './testing/memory-session.store.js';
import { SessionStore } from './store/session.store.js';
import type { TokenExtractor } from './token/token-extractor.js';

function compile(metadata: ModuleMetadata): Promise<unknown> {
  return Test.createTestingModule(metadata).compile();
}

describe('SessionModule', () => {
  it.each([
    ['none', {}],
    ['two', { redis: 'redis://127.0.0.1', store: new MemorySessionStore() }],
  ])('rejects options with %s of the session sources', async (_, options) => {
    await expect(compile({ imports: [SessionModule.forRoot(options)] })).rejects.toThrow(
      SessionOptionsError,
    );
  });

  it.each([
    ['undefined', undefined],
    ['empty', ''],
  ])('names the unset variable when the option redis is %s', async (word, redis) => {
    for (const nearCache of [false, true]) {
      const imports = [SessionModule.forRoot({ redis, nearCache })];
      await expect(compile({ imports })).rejects.toThrow(
        new RegExp(`'redis' is ${word}\\. Set the environment variable .* REDIS_URL=redis://`),
      );
    }
  });

  it('reports invalid options before it connects', async () => {
    const nobody = 'redis://127.0.0.1:1';

    await expect(
      compile({ imports: [SessionModule.forRoot({ redis: nobody, touchInterval: 'soon' })] }),
    ).rejects.toThrow(/touchInterval/);
  });
});

describe('features that replace the store in Redis', () => {
  const store = new MemorySessionStore();
  const gateway = SessionGatewayModule.forRoot({ keys: 'http://127.0.0.1:1' });
  const rpc = SessionRpcModule.forRoot({ client: { transport: Transport.TCP } });
  const calls = SessionCallsModule.forRoot({ secret: 'a secret of 32 bytes, and some more' });

  it('reject a second source', () => {
    const source = new StoredSessionSource({} as TokenExtractor, store);
    const imports = [SessionModule.forRoot({ service: 'orders', source }), gateway];

    return expect(compile({ imports })).rejects.toThrow(
      /'source'.*SessionGatewayModule.*Leave one/,
    );
  });

  it('reject a store next to calls to another service', () => {
    const imports = [SessionModule.forRoot({ service: 'orders', store }), calls, rpc];

    return expect(compile({ imports })).rejects.toThrow(/SessionRpcModule asks.*Leave 'client'/);
  });

  it('reject a near-cache whose Redis has no address', () =>
    eachRow([[calls, rpc], [gateway]], async (features) => {
      const core = SessionModule.forRoot({ service: 'orders', redis: undefined, nearCache: true });

      await expect(compile({ imports: [core, ...features] })).rejects.toThrow(
        /'redis' is undefined/,
      );
    }));

  it('name the module that is missing', () => {
    const imports = [SessionModule.forRoot({ service: 'orders' }), rpc];

    return expect(compile({ imports })).rejects.toThrow(/Import SessionCallsModule/);
  });

  it('need the name of the service', () => {
    return expect(compile({ imports: [SessionModule.forRoot({}), gateway] })).rejects.toThrow(
      /SessionGatewayModule accepts only.*'service'/,
    );
  });
});

describe('SessionManager', () => {
  @Injectable()
  class Writer {
    constructor(@Inject(SessionManager) readonly manager: SessionManager) {}
  }

  const sessions = SessionModule.forRoot({ store: new MemorySessionStore() });

  it('cannot be injected where only SessionModule is imported', async () => {
    await expect(compile({ imports: [sessions], providers: [Writer] })).rejects.toThrow(
      /SessionManager/,
    );
  });

  it('cannot be injected next to a module that imports SessionIssuerModule', async () => {
    @Module({ imports: [SessionIssuerModule.forRoot({})] })
    class AuthModule {}

    await expect(compile({ imports: [sessions, AuthModule], providers: [Writer] })).rejects.toThrow(
      /SessionManager/,
    );
  });

  it('can be injected where SessionIssuerModule is imported', async () => {
    const module = await Test.createTestingModule({
      imports: [sessions, SessionIssuerModule.forRoot({})],
      providers: [Writer],
    }).compile();

    expect(module.get(Writer).manager).toBeInstanceOf(SessionManager);
  });

  it('is not created for a read-only store', async () => {
    class ReadOnlyStore extends SessionStore {
      find = () => Promise.resolve(null);
      touch = () => Promise.resolve();
      add = () => Promise.resolve('gone' as const);
      attributes = () => Promise.resolve(new Map<string, string>());
    }

    await expect(
      compile({
        imports: [
          SessionModule.forRoot({ store: new ReadOnlyStore() }),
          SessionIssuerModule.forRoot({}),
        ],
      }),
    ).rejects.toThrow(/extend IssuerSessionStore/);
  });
});
