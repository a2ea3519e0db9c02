/**
 * Binding signals: detects a session that continues on another client or network.
 *
 * @module nest-sessions/binding
 */

export { AcceptsChangedClient } from '../roles/accepts-changed-client.decorator.js';
export { BindingCheck, type ClientRequest } from './binding-check.js';
export type { BindingSignal } from './binding-signal.js';
export { networkOf, type NetworkSize } from './network.js';
export { SessionBindingModule } from './session-binding.module.js';
export type { BindingOptions, BindingReaction, BindingRules } from './binding.options.js';
