import type { Duplex } from 'node:stream';

/** Frame of a WebSocket (RFC 6455, 5.2). */
export interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

export const TEXT = 1;
export const CLOSE = 8;

const LENGTH_OF_16_BITS = 126;

/** @param isClient Clients mask their frames; here with zeros, which change nothing. */
export function frameOf(opcode: number, payload: Buffer, isClient: boolean): Buffer {
  const mask = isClient ? 0x80 : 0;
  const length =
    payload.length < LENGTH_OF_16_BITS
      ? [mask | payload.length]
      : [mask | LENGTH_OF_16_BITS, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([
    Buffer.from([0x80 | opcode, ...length]),
    Buffer.alloc(isClient ? 4 : 0),
    payload,
  ]);
}

/** Calls `onFrame` for each frame of at most 64 KiB that a socket receives. */
export function readFrames(socket: Duplex, onFrame: (frame: Frame) => void): void {
  let received = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let end = endOf(received); end !== null; end = endOf(received)) {
      onFrame({
        opcode: received.readUInt8(0) & 0xf,
        payload: received.subarray(end.payload, end.frame),
      });
      received = received.subarray(end.frame);
    }
  });
}

/** Returns where the payload of the first frame starts and ends; `null` while it is incomplete. */
function endOf(received: Buffer): { payload: number; frame: number } | null {
  if (received.length < 4) return null;
  const second = received.readUInt8(1);
  const isLong = (second & 0x7f) === LENGTH_OF_16_BITS;
  const length = isLong ? received.readUInt16BE(2) : second & 0x7f;
  const payload = 2 + (isLong ? 2 : 0) + (second & 0x80 ? 4 : 0);
  return received.length < payload + length ? null : { payload, frame: payload + length };
}
