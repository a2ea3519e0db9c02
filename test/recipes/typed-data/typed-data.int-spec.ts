import type { INestApplication } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { SessionModule } from 'nest-sessions';
import { InvalidSessionError } from 'nest-sessions/errors';
import { SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import request from 'supertest';
import { listen } from '../../../libs/session/test-support/http-adapters';
import { withCookie } from '../../../libs/session/test-support/requests';
import { startedRedis } from '../../../libs/session/test-support/started-redis';
import { GreetingController } from './greeting.controller';
import './session-types';
import { SignIns } from './sign-ins';

describe('the recipe "Typed data"', () => {
  const redis = startedRedis();
  let auth: INestApplication;
  let greetings: INestApplication;
  let url: string;
  let signIns: SignIns;

  beforeAll(async () => {
    ({ app: auth } = await listen(() => new ExpressAdapter(), {
      imports: [SessionModule.forRoot({ redis: redis.url }), SessionIssuerModule.forRoot({})],
      providers: [SignIns],
    }));
    ({ app: greetings, url } = await listen(() => new ExpressAdapter(), {
      imports: [SessionModule.forRoot({ redis: redis.url, requiredRole: 'orders' })],
      controllers: [GreetingController],
    }));
    signIns = auth.get(SignIns);
  });
  afterAll(async () => {
    await greetings.close();
    await auth.close();
  });

  const greetingOf = async (token: string) =>
    (await request(url).get('/greeting').set(withCookie(token).headers)).text;

  it('shows the fields of the sign-in to another service', async () => {
    const { token } = await signIns.signIn('u-1', 'ada', 'acme');

    expect(await greetingOf(token)).toBe('Hello ada of acme');
  });

  it('changes the data of one session, for the next request', async () => {
    const [here, elsewhere] = [
      await signIns.signIn('u-1', 'ada', 'acme'),
      await signIns.signIn('u-1', 'ada', 'acme'),
    ];

    const changed = await signIns.speak(here.session, 'de');

    expect(changed?.data).toEqual({ locale: 'de' });
    expect(await greetingOf(here.token)).toBe('Hallo ada of acme');
    expect(await greetingOf(elsewhere.token)).toBe('Hello ada of acme');
  });

  it('changes fields of the user in all sessions, and keeps the others', async () => {
    const [here, elsewhere] = [
      await signIns.signIn('u-1', 'ada', 'acme'),
      await signIns.signIn('u-1', 'ada', 'acme'),
    ];
    const other = await signIns.signIn('u-2', 'grace', 'acme');

    expect(await signIns.rename('u-1', 'countess')).toBe(2);

    expect(await greetingOf(here.token)).toBe('Hello countess of acme');
    expect(await greetingOf(elsewhere.token)).toBe('Hello countess of acme');
    expect(await greetingOf(other.token)).toBe('Hello grace of acme');
  });

  it('leaves an ended session ended', async () => {
    const { session, token } = await signIns.signIn('u-1', 'ada', 'acme');
    await auth.get(SessionManager, { strict: false }).revoke(session.id);

    expect(await signIns.speak(session, 'de')).toBeNull();
    expect(await signIns.rename('u-1', 'countess')).toBe(0);
    expect(await greetingOf(token)).toContain('ERR_SESSION_REQUIRED');
  });

  it('refuses values that JSON would lose, before anything is written', async () => {
    const { session, token } = await signIns.signIn('u-1', 'ada', 'acme');

    for (const value of [() => 'de', Number.NaN, new Map([['de', 1]]), Promise.resolve('de')]) {
      await expect(signIns.speak(session, value as never)).rejects.toThrow(InvalidSessionError);
    }
    expect(await greetingOf(token)).toBe('Hello ada of acme');
  });
});
