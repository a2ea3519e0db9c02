import { Logger } from '@nestjs/common';
import { eventually } from '../../../../tools/testing/eventually';
import type { BindingSignal } from './binding-signal';
import { BindingSignals } from './binding-signals';

const signal: BindingSignal = {
  sessionId: 's-1',
  userId: 'u-1',
  changed: 'userAgent',
  from: 'Chrome on Windows',
  to: 'curl',
  refused: false,
};

describe('signals', () => {
  let warnings: string[];
  let errors: string[];

  beforeEach(() => {
    warnings = [];
    errors = [];
    const keep = (lines: string[]) => (text: unknown) => void lines.push(String(text));
    jest.spyOn(Logger.prototype, 'warn').mockImplementation(keep(warnings));
    jest.spyOn(Logger.prototype, 'error').mockImplementation(keep(errors));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('are told in the log and to who asked for them', () => {
    const heard: BindingSignal[] = [];

    new BindingSignals((it) => void heard.push(it)).tell(signal);

    expect(heard).toEqual([signal]);
    expect(warnings).toEqual([
      'Session s-1 of user u-1: the user agent changed from Chrome on Windows to curl; the request was let in.',
    ]);
  });

  it('are told in the log where nobody asked for them', () => {
    const signals = new BindingSignals(undefined);

    signals.tell({ ...signal, to: null, refused: true });
    signals.tell({ ...signal, changed: 'network', from: '192.0.0.0/16', to: '203.0.0.0/16' });

    expect(warnings).toEqual([
      'Session s-1 of user u-1: the user agent changed from Chrome on Windows to none; the request was refused.',
      'Session s-1 of user u-1: the network changed from 192.0.0.0/16 to 203.0.0.0/16; the request was let in.',
    ]);
  });

  it('are told once each, and again for another session', () => {
    const signals = new BindingSignals(undefined);
    const different = [
      signal,
      { ...signal, to: 'Firefox on Windows' },
      { ...signal, to: null },
      { ...signal, refused: true },
      { ...signal, changed: 'network' as const },
      { ...signal, sessionId: 's-2' },
    ];

    for (const it of [...different, ...different]) signals.tell(it);

    expect(warnings).toHaveLength(different.length);
  });

  it('are few of one session, however many user agents its token comes with', () => {
    const signals = new BindingSignals(undefined);

    for (let i = 0; i < 100; i += 1) signals.tell({ ...signal, to: `agent-${i}` });

    expect(warnings).toHaveLength(10);
  });

  it('are remembered for a bounded number of sessions, those forgotten first that were silent longest', () => {
    const signals = new BindingSignals(undefined);
    const tell = (session: number) => {
      signals.tell({ ...signal, sessionId: `s-${session}` });
    };

    for (let i = 0; i < 5_000; i += 1) tell(i);
    tell(0);
    tell(5_000);
    warnings = [];
    jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: unknown) => void warnings.push(String(text)));
    tell(0);
    tell(5_000);
    tell(1);

    expect(warnings).toEqual([expect.stringContaining('Session s-1 ')]);
  });

  it.each<[string, () => Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('no mail');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no mail'))],
  ])('hold nothing up when who is told %s', async (_, onSignal) => {
    new BindingSignals(onSignal).tell(signal);
    await eventually(() => errors.length > 0);

    expect(errors).toEqual(['binding.onSignal failed: no mail']);
  });
});
