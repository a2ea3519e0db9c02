import { Controller, Get } from '@nestjs/common';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { denialOf } from '../calls/denial-of.js';
import { reauthenticationRequired } from '../errors/reauthentication-required.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SessionOptions } from '../options/session.options.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import type { SessionFields } from '../session/session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { withBearer } from '../../test-support/requests.js';
import { createToken, sessionIdOf } from '../token/session-token.js';
import { Guarded, httpRequest, message, SECRET, signedCall } from './test-support/guarded.js';

const HOUR = 3_600_000;
const CODE = 'ERR_SESSION_REAUTHENTICATION_REQUIRED';

@Controller()
class SampleController {
  @Get('plain')
  plain(): string {
    return 'in';
  }

  @SkipCache()
  @Get('uncached')
  uncached(): string {
    return 'in';
  }

  @RequireRecentSignIn('5m')
  @Get('recent')
  recent(): string {
    return 'in';
  }

  @Roles('orders:write')
  @RequireRecentSignIn('5m')
  @Get('role-and-recent')
  roleAndRecent(): string {
    return 'in';
  }

  @RequireRecentSignIn('5m')
  recentMessage(): string {
    return 'in';
  }
}

type Handler = Exclude<keyof SampleController, 'recentMessage'>;

describe('a route with @RequireRecentSignIn()', () => {
  const guarded = new Guarded({
    service: 'called',
    calls: { secret: SECRET },
    reauthenticateAt: 'https://id.example/again',
  });

  const signedIn = (ago: number, changes: Partial<SessionFields> = {}) =>
    guarded.signIn({ authenticatedAt: Date.now() - ago, ...changes });
  const request = (handler: Handler, token: string) =>
    httpRequest([SampleController, handler], withBearer(token));
  const denialOf = (handler: Handler, token: string) => guarded.denialOf(request(handler, token));
  const statusOf = (handler: Handler, token: string) => guarded.statusOf(request(handler, token));

  it('admits a user who signed in a moment ago', async () => {
    expect(await statusOf('recent', await signedIn(0))).toBe(200);
  });

  it('rejects a user who signed in an hour ago, and states where to re-authenticate', async () => {
    const token = await signedIn(HOUR);

    const denial = await denialOf('recent', token);

    expect(denial?.getStatus()).toBe(403);
    expect(denial?.headers).toEqual({});
    expect(denial?.getResponse()).toEqual({
      type: 'about:blank',
      title: 'Forbidden',
      status: 403,
      code: CODE,
      detail: 'Enter your password again, at https://id.example/again.',
      maxAge: 300,
      reauthenticate: 'https://id.example/again',
    });
    expect(denial?.who).toMatchObject({ session: { id: sessionIdOf(token) } });
  });

  it('does not affect routes without a maximum age', async () => {
    const token = await signedIn(HOUR);
    expect(await statusOf('plain', token)).toBe(200);
    expect(await statusOf('uncached', token)).toBe(200);
  });

  it('does not mention re-authentication without the role or a session', async () => {
    const token = await signedIn(HOUR, { roles: [] });

    expect((await denialOf('roleAndRecent', token))?.code).toBe('ERR_SESSION_ROLE_REQUIRED');
    expect(await statusOf('recent', createToken())).toBe(401);
  });

  it('rejects a superseded session, as does a route with @SkipCache()', async () => {
    const token = await signedIn(0, { supersededBy: sessionIdOf(createToken()) });

    expect(await statusOf('plain', token)).toBe(200);
    expect(await statusOf('recent', token)).toBe(403);
    const denial = await denialOf('uncached', token);
    expect(denial?.getStatus()).toBe(403);
    expect(denial?.getResponse()).toMatchObject({
      code: CODE,
      reauthenticate: 'https://id.example/again',
    });
    expect(denial?.getResponse()).not.toHaveProperty('maxAge');
  });

  it('rejects a call on behalf of an old session, and admits one with a recent session', async () => {
    const call = (token: string) => {
      const content = { pattern: 'recent', data: {} };
      const headers = signedCall('caller', 'called', sessionIdOf(token), content);
      const carrier = { getPattern: () => content.pattern };
      return message(
        [SampleController, 'recentMessage'],
        { '@session': headers, data: {} },
        carrier,
      );
    };
    const [old, recent] = [await signedIn(HOUR), await signedIn(0)];

    const denial = await guarded.denialOf(call(old));
    expect(denial?.code).toBe(CODE);
    expect(denial?.members).toEqual({ maxAge: 300, reauthenticate: 'https://id.example/again' });
    expect(await guarded.statusOf(call(recent))).toBe(200);
  });

  it('reads the session past the cache, as does a route with @SkipCache()', async () => {
    const find = jest.spyOn(guarded.store, 'find');
    const token = await signedIn(0);
    const call = () => signedCall('caller', 'called', sessionIdOf(token));

    for (const handler of ['plain', 'uncached', 'recent'] as const) {
      await statusOf(handler, token);
      await guarded.statusOf(httpRequest([SampleController, handler], { headers: call() }));
    }

    const fresh = { fresh: true };
    const options = find.mock.calls.map((args: unknown[]) => args[1]);
    expect(options).toEqual([undefined, undefined, fresh, fresh, fresh, fresh]);
  });
});

describe('a re-authentication denial', () => {
  const denial = reauthenticationRequired({ maxAge: 90_500, at: '/again' });

  it('is passed on when a called service returned it', () => {
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

  it('states the maximum age in whole seconds', () => {
    expect(denial.getResponse()).toMatchObject({ maxAge: 90, reauthenticate: '/again' });
  });
});

describe('reauthenticateAt', () => {
  const optionsWith = (reauthenticateAt?: string) =>
    new SessionOptions({ store: new MemorySessionStore(), reauthenticateAt });

  it('defaults to the path of the auth app', () => {
    expect(optionsWith().reauthenticateAt).toBe('/auth/reauthenticate');
    expect(optionsWith('https://id.example/again?x=1').reauthenticateAt).toBe(
      'https://id.example/again?x=1',
    );
  });

  it('rejects an invalid redirect target', async () => {
    const places = [
      '',
      'again',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
      '/a b',
      '/a\n',
    ];
    await eachRow(places, (place) => {
      expect(() => optionsWith(place)).toThrow(SessionOptionsError);
      expect(() => optionsWith(place)).toThrow(/^reauthenticateAt must be a path/);
    });
  });
});
