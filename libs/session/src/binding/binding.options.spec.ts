import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { NO_SECURITY_LOG } from '../audit/no-security.log.js';
import { BindingCheck } from './binding-check.js';
import { BindingSignals } from './binding-signals.js';
import { type BindingOptions, bindingRulesOf } from './binding.options.js';

describe('binding', () => {
  const compares = (options: BindingOptions) =>
    new BindingCheck(bindingRulesOf(options), new BindingSignals(NO_SECURITY_LOG, options.onSignal))
      .compares;

  it('is off by default', () => {
    expect(bindingRulesOf({})).toEqual({ userAgent: 'off', network: 'off' });
  });

  it('compares nothing unless a comparison is on', async () => {
    const onSignal = () => undefined;
    await eachRow<BindingOptions>(
      [{}, { userAgent: 'off', network: 'off' }, { onSignal }],
      (options) => {
        expect(compares(options)).toBe(false);
      },
    );
    await eachRow<BindingOptions>(
      [{ userAgent: 'report' }, { network: 'reauthenticate' }, { network: 'report', onSignal }],
      (options) => {
        expect(compares(options)).toBe(true);
      },
    );
  });

  it('keeps an omitted comparison off', () => {
    expect(bindingRulesOf({ userAgent: 'report' })).toEqual({
      userAgent: 'report',
      network: 'off',
    });
    expect(bindingRulesOf({ network: 'reauthenticate' })).toEqual({
      userAgent: 'off',
      network: 'reauthenticate',
    });
  });

  it.each(['userAgent', 'network'] as const)('rejects an invalid value of %s', (name) => {
    for (const value of ['on', '', 'REPORT', true, null] as unknown[]) {
      const option = { [name]: value } as BindingOptions;

      expect(() => bindingRulesOf(option)).toThrow(SessionOptionsError);
      expect(() => bindingRulesOf(option)).toThrow(
        `${name} must be 'off', 'report' or 'reauthenticate', got '${String(value)}'.`,
      );
    }
  });
});
