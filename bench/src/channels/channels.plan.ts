/** Extent of a run. */
export interface ChannelsPlan {
  /** Sockets that stay open in the measurements of memory and of a ban. */
  readonly sockets: number;
  /** Sockets that are open before the first reading: the first pay for one-time allocations. */
  readonly warmUpSockets: number;
  /** Time in which the background reads of open sockets are counted, in milliseconds. */
  readonly idleTime: number;
  /** Bans of each kind. */
  readonly bans: number;
  readonly messageRounds: number;
  /** Length of a round with messages, in milliseconds. */
  readonly round: number;
  /** Revocations for each variant and load. */
  readonly revocations: number;
}

export const FULL_PLAN: ChannelsPlan = {
  sockets: 10_000,
  warmUpSockets: 500,
  idleTime: 30_000,
  bans: 3,
  messageRounds: 6,
  round: 2_500,
  revocations: 400,
};

export const QUICK_PLAN: ChannelsPlan = {
  sockets: 1_500,
  warmUpSockets: 200,
  idleTime: 5_000,
  bans: 1,
  messageRounds: 2,
  round: 1_000,
  revocations: 60,
};
