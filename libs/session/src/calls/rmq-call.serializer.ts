import { type ReadPacket, RmqRecord, type Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';

/** Message that Nest's client publishes. The client removes `options` before it sends the rest. */
type RmqMessage = ReadPacket & { readonly options?: RmqRecord['options'] };

/** Adds the caller to the headers of a RabbitMQ message, in addition to the headers of the application. */
export class RmqCallSerializer implements Serializer<ReadPacket, RmqMessage> {
  /**
   * @param headers Called for each message.
   * @param inner Serializer that the application configures for the transport.
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

/** Builds the message like Nest's own serializer, which Nest does not export. */
function messageOf(packet: ReadPacket): RmqMessage {
  const content: unknown = packet.data;
  return content instanceof RmqRecord
    ? { ...packet, data: content.data as unknown, options: content.options }
    : packet;
}
