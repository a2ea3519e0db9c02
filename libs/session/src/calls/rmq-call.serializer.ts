import { type ReadPacket, RmqRecord, type Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';

/** What Nest's client publishes: it takes `options` out before it sends the rest. */
type RmqMessage = ReadPacket & { readonly options?: RmqRecord['options'] };

/** Says who calls in the headers of a RabbitMQ message, beside those that the application gave it. */
export class RmqCallSerializer implements Serializer<ReadPacket, RmqMessage> {
  /**
   * @param headers Asked for each message.
   * @param inner What the application has the transport serialize with.
   */
  constructor(
    private readonly headers: CallHeaders,
    private readonly inner?: Serializer,
  ) {}

  serialize(packet: ReadPacket, options?: Record<string, unknown>): RmqMessage {
    const plain = messageOf(packet);
    const message = (this.inner?.serialize(packet, options) ?? plain) as RmqMessage;
    const headers = { ...message.options?.headers, ...this.headers(contentOf(plain)) };
    return { ...message, options: { ...message.options, headers } };
  }
}

/** As Nest's own serializer does, which is not among its exports. */
function messageOf(packet: ReadPacket): RmqMessage {
  const content: unknown = packet.data;
  return content instanceof RmqRecord
    ? { ...packet, data: content.data as unknown, options: content.options }
    : packet;
}
