import { eachRow } from '../../../../tools/testing/each-row.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { type BindingOptions, bindingRulesOf } from './binding.options.js';
import { SessionOptions } from '../options/session.options.js';

describe('binding', () => {
  it('is null when nothing is compared', () =>
    eachRow<BindingOptions | undefined>(
      [undefined, {}, { userAgent: 'off', network: 'off' }, { onSignal: () => undefined }],
      (option) => {
        expect(bindingRulesOf(option)).toBeNull();
      },
    ));

  it('is off by default', () => {
    expect(new SessionOptions({ store: new MemorySessionStore() }).binding).toBeNull();
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
        `binding.${name}: '${String(value)}' is unknown. Give 'off', 'report' or 'reauthenticate'.`,
      );
    }
  });
});
