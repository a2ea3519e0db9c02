import type { SessionSource } from './session.source.js';

/** Injects a {@link FeatureSource}, if a feature replaces the source of sessions. */
export const FEATURE_SOURCE = Symbol('nest-sessions:feature-source');

/** Opens the source with which a feature replaces the look-up of tokens in a store. Called once. */
export type FeatureSource = () => SessionSource;
