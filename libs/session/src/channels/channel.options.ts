import { type Duration, toMilliseconds } from '../common/duration.js';
import { refuseOtherOptions } from '../common/refuse-other-options.js';
import { SessionOptionsError } from '../errors/session-options.error.js';

const USES = ['messages', 'open', 'opening'] as const;

/** Use that renews the idle timeout of a session with an open channel. */
export type ChannelUse = (typeof USES)[number];

/** Options of open channels: WebSockets, GraphQL subscriptions and event streams. */
export interface ChannelOptions {
  /**
   * Maximum time for which a channel stays open after its session has ended, even if every signal of the end is
   * lost. Each session with an open channel is read again within this time. While the store does not answer for
   * this long, the channels are closed. At least `'5s'`.
   * @default '30s'
   */
  closeWithin?: Duration;
  /**
   * Use that renews the idle timeout of a session, at most once per touch interval:
   * - `'messages'`: the opening of a channel, and each message that the client sends. An open but silent channel
   *   ends with the idle timeout.
   * - `'open'`: also the channel itself, while it is open. For pages that only receive.
   * - `'opening'`: the opening alone.
   * @default 'messages'
   */
  renewedBy?: ChannelUse;
}

/** Shortest permitted `closeWithin`, in milliseconds. */
const MIN_CLOSE_WITHIN = 5_000;

/** {@link ChannelOptions} with every default filled in; times in milliseconds. */
export interface ChannelLimits {
  readonly closeWithin: number;
  readonly renewedBy: ChannelUse;
}

/** @throws SessionOptionsError naming the option and its expected value */
export function channelLimitsOf(given: ChannelOptions): ChannelLimits {
  const { closeWithin = '30s', renewedBy = 'messages', ...others } = given;
  refuseOtherOptions('SessionChannelsModule', others, ['closeWithin', 'renewedBy']);
  const limits = { closeWithin: toMilliseconds('closeWithin', closeWithin), renewedBy };
  if (limits.closeWithin < MIN_CLOSE_WITHIN) {
    throw new SessionOptionsError(
      `closeWithin must be '5s' or more, got ${limits.closeWithin} ms.`,
    );
  }
  if (!USES.includes(renewedBy)) {
    throw new SessionOptionsError(
      `renewedBy must be 'messages', 'open' or 'opening', got '${renewedBy}'.`,
    );
  }
  return limits;
}
