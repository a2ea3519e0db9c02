import { Test } from '@nestjs/testing';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { silent } from '../../test-support/http-adapters.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionModule } from '../session.module.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import type { CallOptions } from './call.options.js';
import { CallTokens } from './call-tokens.js';
import { SessionCallsModule } from './session-calls.module.js';

const secret = 'a secret of the tests, with more than 32 bytes';

function compile(options: CallOptions, service?: string) {
  const store = new MemorySessionStore();
  return Test.createTestingModule({
    imports: [SessionModule.forRoot({ store, service }), SessionCallsModule.forRoot(options)],
  })
    .setLogger(silent)
    .compile();
}

describe('SessionCallsModule', () => {
  it('signs calls with the name of the service', async () => {
    const app = await compile({ secret }, 'orders');
    expect(app.get(CallTokens, { strict: false }).isSigning).toBe(true);
  });

  it('needs no name of the service when calls carry the token of the user', async () => {
    const app = await compile({ forwardToken: true });
    expect(app.get(CallTokens, { strict: false }).isSigning).toBe(false);
  });

  it('fails to start without a secret or the name of the service', () =>
    eachRow<[options: CallOptions, service: string | undefined, message: RegExp]>(
      [
        [{}, 'orders', /^secret is missing\..*With 'forwardToken'/],
        [{ secret: undefined }, 'orders', /^secret is missing/],
        [{ secret: 'short' }, 'orders', /^secret has 5 bytes/],
        [{ secret, forwardToken: true }, 'orders', /^forwardToken: /],
        [{ secret }, undefined, /Give SessionModule a 'service'/],
      ],
      async ([options, service, message]) => {
        const started = compile(options, service);
        await expect(started).rejects.toThrow(SessionOptionsError);
        await expect(started).rejects.toThrow(message);
      },
    ));
});
