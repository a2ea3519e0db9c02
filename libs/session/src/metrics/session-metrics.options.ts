import { type Registry, register as defaultRegister } from 'prom-client';
import { refuseOtherOptions } from '../common/refuse-other-options.js';

/** Options of {@link SessionMetricsModule}. */
export interface SessionMetricsOptions {
  /**
   * Registry of `prom-client` that receives the metrics.
   * @default the default registry of `prom-client`
   */
  register?: Registry;
  /**
   * Whether this process follows the session events, to measure how long an event takes to arrive. Needs the
   * right to read the event stream.
   * @default false
   */
  events?: boolean;
}

/** {@link SessionMetricsOptions} with every default filled in. */
export type SessionMetricsSettings = Required<SessionMetricsOptions>;

/** @throws SessionOptionsError for an option that the module does not have */
export function metricsSettingsOf(given: SessionMetricsOptions): SessionMetricsSettings {
  const { register = defaultRegister, events = false, ...others } = given;
  refuseOtherOptions('SessionMetricsModule', others, ['register', 'events']);
  return { register, events };
}
