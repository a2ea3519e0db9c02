import { Logger } from '@nestjs/common';
import { assert, constantFrom, ipV4, ipV6, oneof, property } from 'fast-check';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { fuzzed } from '../../../../tools/testing/fuzzed.js';
import { NO_SECURITY_LOG } from '../audit/no-security.log.js';
import { type BindingOptions, bindingRulesOf } from './binding.options.js';
import type { SessionFields } from '../session/session.js';
import { sampleSession } from '../../test-support/sample-session.js';
import { BindingCheck } from './binding-check.js';
import type { BindingSignal } from './binding-signal.js';
import { BindingSignals } from './binding-signals.js';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const EDGE = `${CHROME} Edg/142.0.0.0`;
const CURL = 'curl/8.14.1';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1';

const HOME = '192.0.2.7';
const NEAR = '192.0.200.1';
const AWAY = '203.0.113.9';
const HOME_6 = '2001:db8::7';
const NEAR_6 = '2001:db8:ffff::1';
const AWAY_6 = '2001:db9::1';

/** Checks a request of a session that began elsewhere. Returns the decision and the reported signals. */
function judged(
  options: BindingOptions,
  session: Partial<SessionFields>,
  request: { userAgent?: string; ip?: string },
  acceptsChange = false,
): { allowed: boolean; signals: BindingSignal[] } {
  const signals: BindingSignal[] = [];
  const rules = bindingRulesOf({ ...options, onSignal: (signal) => void signals.push(signal) });
  const check = new BindingCheck(rules, new BindingSignals(NO_SECURITY_LOG, rules.onSignal));
  const { userAgent, ip } = request;
  const headers = { 'user-agent': userAgent };
  return { allowed: check.allows(sampleSession(session), { headers, ip }, acceptsChange), signals };
}

beforeAll(() => {
  jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
});
afterAll(() => {
  jest.restoreAllMocks();
});

describe('a change of the client', () => {
  const chromeAtHome = { userAgent: CHROME, ip: HOME };

  const decisions: [BindingOptions, agent: string, place: string, both: string][] = [
    [{ userAgent: 'report' }, 'reported', '', 'reported'],
    [{ userAgent: 'reauthenticate' }, 'refused', '', 'refused'],
    [{ network: 'report' }, '', 'reported', 'reported'],
    [{ network: 'reauthenticate' }, '', 'reported', 'refused'],
    [{ userAgent: 'report', network: 'report' }, 'reported', 'reported', 'reported'],
    [{ userAgent: 'report', network: 'reauthenticate' }, 'reported', 'reported', 'refused'],
    [{ userAgent: 'reauthenticate', network: 'report' }, 'refused', 'reported', 'refused'],
    [{ userAgent: 'reauthenticate', network: 'reauthenticate' }, 'refused', 'reported', 'refused'],
  ];

  it('is reported, rejected or ignored, depending on the options', () =>
    eachRow(decisions, ([options, agent, place, both]) => {
      const outcomeOf = (request: { userAgent: string; ip: string }) => {
        const { allowed, signals } = judged(options, chromeAtHome, request);
        expect(signals.every(({ refused }) => refused === !allowed)).toBe(true);
        if (!allowed) return signals.length > 0 ? 'refused' : 'refused without a word';
        return signals.length > 0 ? 'reported' : '';
      };

      expect(outcomeOf({ userAgent: CHROME, ip: HOME })).toBe('');
      expect(outcomeOf({ userAgent: EDGE, ip: HOME })).toBe(agent);
      expect(outcomeOf({ userAgent: CHROME, ip: AWAY })).toBe(place);
      expect(outcomeOf({ userAgent: EDGE, ip: AWAY })).toBe(both);
    }));

  it('is reported with the old and the new value, but without an address', () => {
    const session = sampleSession(chromeAtHome);
    const about = { sessionId: session.id, userId: 'u-1', refused: true };
    const { signals } = judged(
      { userAgent: 'reauthenticate', network: 'report' },
      { ...chromeAtHome, id: session.id },
      { userAgent: CURL, ip: AWAY },
    );

    expect(signals).toEqual([
      { ...about, changed: 'userAgent', from: 'Chrome on Windows', to: 'curl' },
      { ...about, changed: 'network', from: '192.0.0.0/16', to: '203.0.0.0/16' },
    ]);
  });

  it('is only reported on a route that accepts another client', () => {
    const { allowed, signals } = judged(
      { userAgent: 'reauthenticate' },
      chromeAtHome,
      { userAgent: CURL, ip: HOME },
      true,
    );

    expect(allowed).toBe(true);
    expect(signals).toMatchObject([{ changed: 'userAgent', to: 'curl', refused: false }]);
  });
});

describe('the user agent', () => {
  const strict: BindingOptions = { userAgent: 'reauthenticate' };

  it('has changed when it is missing', () => {
    const { allowed, signals } = judged(strict, { userAgent: CHROME }, {});

    expect(allowed).toBe(false);
    expect(signals).toMatchObject([{ from: 'Chrome on Windows', to: null }]);
    expect(judged(strict, { userAgent: CHROME }, { userAgent: ' ' }).allowed).toBe(false);
  });

  it('is not compared when it was absent or blank at sign-in', () =>
    eachRow([null, '', ' '], (userAgent) => {
      expect(judged(strict, { userAgent }, { userAgent: CURL })).toEqual({
        allowed: true,
        signals: [],
      });
    }));

  it('is unchanged after an update', () => {
    const update = CHROME.replace('142', '1000').replace('NT 10.0', 'NT 12.0');

    expect(judged(strict, { userAgent: CHROME }, { userAgent: update })).toEqual({
      allowed: true,
      signals: [],
    });
  });

  it('is unchanged after an update that makes it too long to be stored in full', () => {
    const almost = `${CHROME} ${'x'.repeat(254 - EDGE.length)}${EDGE.slice(CHROME.length)}`;
    const longer = almost.replace('142.0.0.0', '142.0.0.10000000000000000');

    expect(almost).toHaveLength(255);
    expect(judged(strict, { userAgent: almost }, { userAgent: longer }).allowed).toBe(true);
  });

  it('is unchanged after an update if it was already too long to be stored in full', () => {
    // The last product is on the cut, and behind the cut after the update.
    for (let length = 230; length < 290; length += 1) {
      const padded = `${CHROME} ${'x'.repeat(length - EDGE.length)}${EDGE.slice(CHROME.length)}`;
      const update = padded.replace('142.0.0.0', '1000.10.10.1000');
      const userAgent = padded.slice(0, 256);

      expect(judged(strict, { userAgent }, { userAgent: update }).allowed).toBe(true);
    }
  });

  it('has changed when a truncated value still reveals another system', () => {
    const userAgent = `${CHROME} ${'x'.repeat(256)}`.slice(0, 256);

    expect(judged(strict, { userAgent }, { userAgent: PHONE }).allowed).toBe(false);
    expect(judged(strict, { userAgent }, { userAgent: CURL }).allowed).toBe(false);
    expect(judged(strict, { userAgent }, {}).allowed).toBe(false);
  });

  it('is compared in bounded time, whatever its length', () => {
    const userAgent = `${'('.repeat(8_000)}${'Version/1'.repeat(1_000)}`;

    expect(judged(strict, { userAgent: CHROME }, { userAgent }).allowed).toBe(false);
  });
});

describe('the network check', () => {
  const strict: BindingOptions = { network: 'reauthenticate' };
  const signalsOf = (from: string, to?: string) =>
    judged(strict, { userAgent: PHONE, ip: from }, { userAgent: PHONE, ip: to }).signals.length;

  it('compares coarse prefixes', () => {
    expect(signalsOf(HOME, NEAR)).toBe(0);
    expect(signalsOf(HOME, AWAY)).toBe(1);
    expect(signalsOf(HOME_6, NEAR_6)).toBe(0);
    expect(signalsOf(HOME_6, AWAY_6)).toBe(1);
    expect(signalsOf(HOME, `::ffff:${NEAR}`)).toBe(0);
    expect(signalsOf(HOME, `::ffff:${AWAY}`)).toBe(1);
  });

  it('ignores a change between IPv4 and IPv6, and unreadable addresses', () => {
    expect(signalsOf(HOME, HOME_6)).toBe(0);
    expect(signalsOf(HOME_6, AWAY)).toBe(0);
    expect(signalsOf(HOME, 'unknown')).toBe(0);
    expect(signalsOf(HOME, undefined)).toBe(0);
    expect(signalsOf('unknown', AWAY)).toBe(0);
    expect(signalsOf('', AWAY)).toBe(0);
  });

  it('rejects another user agent from an address not known to be in the same network', () =>
    eachRow([AWAY, AWAY_6, HOME_6, 'unknown', undefined], (ip) => {
      const session = { userAgent: PHONE, ip: HOME };

      expect(judged(strict, session, { userAgent: CURL, ip }).allowed).toBe(false);
      expect(judged(strict, session, { userAgent: PHONE, ip }).allowed).toBe(true);
    }));

  it('admits another user agent from the same network, or if the original network is unknown', () => {
    expect(judged(strict, { userAgent: PHONE, ip: HOME }, { userAgent: CURL, ip: NEAR })).toEqual({
      allowed: true,
      signals: [],
    });
    expect(
      judged(strict, { userAgent: PHONE, ip: null }, { userAgent: CURL, ip: AWAY }).allowed,
    ).toBe(true);
  });

  it('never asks a phone to re-authenticate because of its address', () => {
    const options: BindingOptions = { userAgent: 'reauthenticate', network: 'reauthenticate' };
    const anywhere = oneof(ipV4(), ipV6(), constantFrom('', 'unknown'));

    assert(
      property(anywhere, anywhere, (from, to) => {
        const session = { userAgent: PHONE, ip: from };
        expect(judged(options, session, { userAgent: PHONE, ip: to }).allowed).toBe(true);
      }),
      fuzzed(100),
    );
  });
});
