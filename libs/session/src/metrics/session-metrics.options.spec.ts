import { Registry, register as defaultRegister } from 'prom-client';
import { metricsSettingsOf, type SessionMetricsOptions } from './session-metrics.options.js';

describe('metricsSettingsOf', () => {
  it('fills in the default registry, and follows no events', () => {
    expect(metricsSettingsOf({})).toEqual({ register: defaultRegister, events: false });
  });

  it('refuses an option that it does not have', () => {
    const options = { registry: new Registry() } as SessionMetricsOptions;
    expect(() => metricsSettingsOf(options)).toThrow(
      "SessionMetricsModule has no option 'registry'. Its options are register, events.",
    );
  });
});
