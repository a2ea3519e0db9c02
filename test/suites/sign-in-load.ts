import { eventually } from '../../tools/testing/eventually';
import { type Answer, call, json, tokenOf } from '../support/http';
import { type Adapter, System } from '../support/system';

const BUSY = {
  type: 'about:blank',
  title: 'Service Unavailable',
  status: 503,
  code: 'ERR_SIGN_IN_BUSY',
  detail: 'Too many passwords are being checked. Nothing was changed. Try again in a moment.',
};

function isBusy({ status }: Answer): boolean {
  return status === 503;
}

/** Starts its own system, with a short queue of sign-ins. */
export function refusedSignIns(adapter: Adapter): void {
  describe(`more concurrent sign-ins than the queue holds, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, {
        // More sign-ins arrive than are served, on any machine.
        BCRYPT_COST: '12',
        BCRYPT_CONCURRENCY: '1',
        BCRYPT_QUEUE: '2',
        SESSION_MAX_PER_USER: '50',
      });
    });
    afterAll(() => system.stop());

    it('are rejected with a problem and Retry-After, while the others succeed', async () => {
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => system.login('alice', 'alice-demo-password')),
      );

      const served = answers.filter(({ status }) => status === 200);
      const busy = answers.filter(isBusy);
      expect(served.length).toBeGreaterThanOrEqual(3);
      expect(busy.length).toBeGreaterThan(0);
      expect(served.length + busy.length).toBe(30);
      for (const answer of busy) {
        expect(answer.headers['retry-after']).toBe('5');
        expect(answer.headers['set-cookie']).toBeUndefined();
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        expect(json(answer)).toEqual(BUSY);
      }
      const warnings = () => system.output.filter((line) => line.includes('BCRYPT_QUEUE'));
      await eventually(() => warnings().length > 0);
      expect(warnings().length).toBeLessThan(busy.length);

      expect(await system.statuses(await system.signIn('alice'))).toEqual([200, 200, 200]);
    });

    it('are rejected with the same response for any user and any password', async () => {
      const attempts: (readonly [string, string])[] = [
        ['alice', 'alice-demo-password'],
        ['alice', 'another-demo-password'],
        ['nobody', 'alice-demo-password'],
        ['no name at all', 'alice-demo-password'],
      ];
      const answers = await Promise.all(
        Array.from({ length: 15 }, () => attempts)
          .flat()
          .map(async ([username, password]) => {
            const answer = await system.login(username, password);
            return { attempt: `${username} ${password}`, answer };
          }),
      );

      const busy = answers.filter(({ answer }) => isBusy(answer));
      expect(new Set(busy.map(({ attempt }) => attempt)).size).toBe(attempts.length);
      const shown = busy.map(({ answer: { headers, text } }) => {
        return JSON.stringify([{ ...headers, date: '' }, text]);
      });
      expect(new Set(shown).size).toBe(1);
    });

    it('keep the session that a rejected request carries', async () => {
      const before: string[] = [];
      for (let i = 0; i < 10; i += 1) before.push(await system.signIn('bob'));

      const outcomes = await Promise.all(
        before.map(async (cookie) => {
          const answer = await call(`${system.auth.url}/auth/login`, {
            cookie,
            body: { username: 'bob', password: 'bob-demo-password' },
          });
          return { cookie, answer };
        }),
      );

      expect(outcomes.filter(({ answer }) => isBusy(answer)).length).toBeGreaterThan(0);
      const held: string[] = [];
      for (const { cookie, answer } of outcomes) {
        const { status } = await call(system.doorOf('auth'), { cookie });
        expect(status).toBe(isBusy(answer) ? 200 : 401);
        held.push(isBusy(answer) ? cookie : tokenOf(answer));
      }
      const listed = await call(`${system.auth.url}/auth/sessions`, { cookie: held[0] ?? '' });
      expect(json<unknown[]>(listed)).toHaveLength(before.length);
    });

    it('include password changes, which are rejected without an effect', async () => {
      const cookie = await system.signIn('carol');
      const current = 'carol-demo-password';
      const changes = await Promise.all(
        Array.from({ length: 10 }, () =>
          call(`${system.auth.url}/auth/password`, {
            cookie,
            body: { currentPassword: `not ${current}`, newPassword: `not ${current} either` },
          }),
        ),
      );
      const busy = changes.filter(isBusy);
      expect(busy.length).toBeGreaterThan(0);
      for (const answer of busy) expect(json(answer)).toEqual(BUSY);
      for (const { status } of changes) expect([403, 503]).toContain(status);
      expect(await system.statuses(cookie)).toEqual([200, 200, 200]);
    });
  });
}

/** Starts its own system, with slow sign-ins. */
export function manySignIns(adapter: Adapter): void {
  describe(`many concurrent sign-ins, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, { BCRYPT_COST: '11', BCRYPT_CONCURRENCY: '1' });
    });
    afterAll(() => system.stop());

    it('do not hold up requests of signed-in users', async () => {
      const cookie = await system.signIn('alice');
      let signedIn = 0;
      const signIns = Array.from({ length: 16 }, async () => {
        const { status } = await system.login('bob', 'bob-demo-password');
        signedIn += 1;
        return status;
      });
      await Promise.race(signIns);

      for (let i = 0; i < 5; i += 1) expect(await system.statuses(cookie)).toEqual([200, 200, 200]);

      expect(signedIn).toBeLessThan(signIns.length);
      expect(new Set(await Promise.all(signIns))).toEqual(new Set([200]));
    });

    // Must be the last test: it stops auth.
    it('all complete before the service shuts down', async () => {
      const signIns = Array.from({ length: 6 }, () => system.login('alice', 'alice-demo-password'));
      await Promise.race(signIns);

      await system.auth.stop();

      expect((await Promise.all(signIns)).map(({ status }) => status)).toEqual(Array(6).fill(200));
      expect(await system.auth.exited).toEqual({ code: 0, signal: null });
    });
  });
}

/** Starts its own system, behind a proxy that reports the networks of its clients. */
export function floodOfNames(adapter: Adapter): void {
  describe(`sign-ins with invented names from twenty networks, on ${adapter}`, () => {
    let system: System;

    beforeAll(async () => {
      system = await System.start(adapter, {
        TRUST_PROXY: '1',
        BCRYPT_CONCURRENCY: '1',
        BCRYPT_QUEUE: '20',
      });
    });
    afterAll(() => system.stop());

    const from = (network: string) => ({ 'x-forwarded-for': network });

    it('lock no user out on a known network', async () => {
      const signIn = () => system.login('alice', 'alice-demo-password', from('192.0.2.1'));
      expect((await signIn()).status).toBe(200);

      let isOver = false;
      let refused = 0;
      const attackers = Array.from({ length: 60 }, async (_, at) => {
        for (let i = 0; !isOver; i += 1) {
          const network = from(`198.51.100.${at % 20}`);
          const { status } = await system.login(`nobody-${at}-${i}`, 'a guess', network);
          if (status === 503) refused += 1;
        }
      });
      await eventually(() => refused > 40);
      const statuses: number[] = [];
      for (let i = 0; i < 10; i += 1) statuses.push((await signIn()).status);
      isOver = true;
      await Promise.all(attackers);

      expect(statuses).toEqual(Array(10).fill(200));
    });
  });
}
