import type { ReadPacket, Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';
import type { Envelope } from '../source/envelope.js';

/** Adds the caller in an envelope around the data, for transports without headers. */
export class EnvelopeSerializer implements Serializer<ReadPacket, unknown> {
  /**
   * @param headers Called for each message.
   * @param inner Serializer that the application configures for the transport.
   */
  constructor(
    private readonly headers: CallHeaders,
    private readonly inner?: Serializer,
  ) {}

  serialize(packet: ReadPacket, options?: Record<string, unknown>): unknown {
    const data: Envelope = {
      '@session': this.headers(contentOf(packet)),
      data: packet.data as unknown,
    };
    const enclosed = { ...packet, data };
    return this.inner ? (this.inner.serialize(enclosed, options) as unknown) : enclosed;
  }
}
