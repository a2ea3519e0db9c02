/** Injects the {@link ChannelLimits} of the application. */
export const CHANNEL_LIMITS = Symbol('nest-sessions:channel-limits');
