import type { ReadPacket, Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';
import type { Envelope } from './envelope.js';

/** Says who calls in an envelope around the data, for transports that have no headers. */
export class EnvelopeSerializer implements Serializer<ReadPacket, unknown> {
  /**
   * @param headers Asked for each message.
   * @param inner What the application has the transport serialize with.
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
