import { Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually.js';
import type { SecurityEvent } from '../audit/security-event.js';
import type { SecurityLog } from '../audit/security.log.js';
import type { BindingSignal } from './binding-signal.js';
import { BindingSignals } from './binding-signals.js';

const signal: BindingSignal = {
  sessionId: 's-1',
  userId: 'u-1',
  changed: 'userAgent',
  from: 'Chrome on Windows',
  to: 'curl',
  refused: false,
};

describe('binding signals', () => {
  let recorded: SecurityEvent[];
  let errors: string[];

  const audit: SecurityLog = { record: (event) => void recorded.push(event) };

  beforeEach(() => {
    recorded = [];
    errors = [];
    jest
      .spyOn(Logger.prototype, 'error')
      .mockImplementation((text: unknown) => void errors.push(String(text)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('are logged and passed to onSignal', () => {
    const heard: BindingSignal[] = [];

    new BindingSignals(audit, (it) => void heard.push(it)).report(signal);

    expect(heard).toEqual([signal]);
    expect(recorded).toEqual([{ event: 'session.clientChanged', outcome: 'success', ...signal }]);
  });

  it('are logged without onSignal', () => {
    const signals = new BindingSignals(audit, undefined);

    signals.report({ ...signal, to: null, refused: true });
    signals.report({ ...signal, changed: 'network', from: '192.0.0.0/16', to: '203.0.0.0/16' });

    expect(recorded).toMatchObject([
      { outcome: 'failure', changed: 'userAgent', to: null },
      { outcome: 'success', changed: 'network', to: '203.0.0.0/16' },
    ]);
  });

  it('are emitted once each, and again for another session', () => {
    const signals = new BindingSignals(audit, undefined);
    const different = [
      signal,
      { ...signal, to: 'Firefox on Windows' },
      { ...signal, to: null },
      { ...signal, refused: true },
      { ...signal, changed: 'network' as const },
      { ...signal, sessionId: 's-2' },
    ];

    for (const it of [...different, ...different]) signals.report(it);

    expect(recorded).toHaveLength(different.length);
  });

  it('are limited to ten for a session with many user agents', () => {
    const signals = new BindingSignals(audit, undefined);

    for (let i = 0; i < 100; i += 1) signals.report({ ...signal, to: `agent-${i}` });

    expect(recorded).toHaveLength(10);
  });

  it('are remembered for a bounded number of sessions, dropping the longest silent first', () => {
    const signals = new BindingSignals(audit, undefined);
    const report = (session: number) => {
      signals.report({ ...signal, sessionId: `s-${session}` });
    };

    for (let i = 0; i < 5_000; i += 1) report(i);
    report(0);
    report(5_000);
    recorded = [];
    report(0);
    report(5_000);
    report(1);

    expect(recorded).toMatchObject([{ sessionId: 's-1' }]);
  });

  it.each<[string, () => Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('no mail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no mail'))],
  ])('do not fail when onSignal %s, and log the error', async (_, onSignal) => {
    new BindingSignals(audit, onSignal).report(signal);
    await eventually(() => errors.length > 0);

    expect(errors).toEqual(['onSignal failed: no mail']);
  });
});
