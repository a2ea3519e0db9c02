import type { ExecutionContext } from '@nestjs/common';
import { sessionRequired } from '../errors/session-exception.js';
import { Channel } from './channel.js';
import { ClosingChannels } from './closing-channels.js';

/** Limit of one turn of the event loop. */
const PER_TURN = 200;

const turn = () => new Promise(setImmediate);

/** Channel whose client answers only when the test says so. */
class OpenChannel {
  isClosed = false;
  isTerminated = false;
  readonly channel: Channel;

  constructor(closing: ClosingChannels) {
    const connection = {
      close: () => {
        this.isClosed = true;
      },
      terminate: () => {
        this.isTerminated = true;
      },
    };
    const opened = { context: {} as ExecutionContext, request: { headers: {} }, connection };
    this.channel = new Channel(opened, (channel) => closing.release(channel));
  }
}

describe('ClosingChannels', () => {
  let closing: ClosingChannels;
  const open = (count: number) => Array.from({ length: count }, () => new OpenChannel(closing));
  const close = (opened: readonly OpenChannel[]) => {
    const channels = opened.map(({ channel }) => channel);
    closing.close(channels, sessionRequired());
  };

  beforeEach(() => {
    closing = new ClosingChannels();
  });

  it('closes a limited number per turn, however many sessions end at once', async () => {
    const sessions = Array.from({ length: 10 }, () => open(100));
    const all = sessions.flat();
    const closed = () => all.filter(({ isClosed }) => isClosed).length;

    for (const channels of sessions) close(channels);

    expect(closed()).toBe(100);
    expect(closing.size).toBe(1_000);
    for (let before = closed(); before < all.length; before = closed()) {
      await turn();
      expect(closed() - before).toBeLessThanOrEqual(PER_TURN);
      expect(closed()).toBeGreaterThan(before);
    }
  });

  it('closes channels that are added in a pause', async () => {
    const [first, second] = [open(PER_TURN + 1), open(1)];
    close(first);
    close(second);

    while (closing.size > 0) {
      for (const { channel, isClosed } of [...first, ...second]) if (isClosed) channel.release();
      await turn();
    }

    expect([...first, ...second].every(({ isClosed }) => isClosed)).toBe(true);
    await turn();
    const [late] = open(1) as [OpenChannel];
    close([late]);
    expect(late.isClosed).toBe(true);
  });

  it('does not close a channel that its client has closed in a pause', async () => {
    const opened = open(PER_TURN + 2);
    close(opened);
    const [left, last] = opened.slice(PER_TURN) as [OpenChannel, OpenChannel];
    left.channel.release();

    while (!last.isClosed) await turn();

    expect(left.isClosed).toBe(false);
  });

  it('terminates a connection at the third call after its client was asked to close it', async () => {
    const opened = open(PER_TURN + 1);
    const [first, last] = [opened[0], opened[PER_TURN]] as [OpenChannel, OpenChannel];
    close(opened);
    closing.terminateLate();
    while (!last.isClosed) await turn();

    closing.terminateLate();
    expect(first.isTerminated).toBe(false);
    closing.terminateLate();
    expect([first.isTerminated, last.isTerminated]).toEqual([true, false]);
    closing.terminateLate();
    expect(last.isTerminated).toBe(true);
    expect(closing.size).toBe(0);
  });
});
