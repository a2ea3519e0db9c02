import type { MsgHdrs } from '@nats-io/transport-node';
import { NatsRecord, type ReadPacket, type Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';
import { installationError } from './missing-peer.js';

/** Message that Nest's client publishes. */
interface NatsMessage {
  readonly data: string;
  readonly headers?: MsgHdrs;
}

/** Adds the caller to the headers of a NATS message, in addition to the headers of the application. */
export class NatsCallSerializer implements Serializer<ReadPacket, NatsMessage> {
  #createHeaders: (() => MsgHdrs) | null = null;

  /**
   * @param headers Called for each message.
   * @param inner Serializer that the application configures for the transport.
   */
  constructor(
    private readonly headers: CallHeaders,
    private readonly inner?: Serializer,
  ) {}

  /**
   * Loads the NATS package, which only applications that use NATS have installed. Nest's client awaits `init`
   * before it connects.
   *
   * @throws SessionOptionsError with the command that installs the missing package
   */
  async init(): Promise<void> {
    try {
      const nats = await import('@nats-io/transport-node');
      this.#createHeaders = nats.headers;
    } catch (error) {
      throw installationError(error, '@nats-io/transport-node', 'NATS');
    }
  }

  serialize(packet: ReadPacket, options?: Record<string, unknown>): NatsMessage {
    const message = (this.inner?.serialize(packet, options) ?? messageOf(packet)) as NatsMessage;
    const headers = message.headers ?? this.#createHeaders?.();
    if (headers === undefined) throw new Error('The NATS client is not connected.');
    const content = contentOf({ pattern: packet.pattern, data: recordOf(packet).data });
    for (const [name, value] of Object.entries(this.headers(content))) headers.set(name, value);
    return { ...message, headers };
  }
}

/** Builds the message like Nest's own serializer, which Nest does not export. */
function messageOf(packet: ReadPacket): NatsMessage {
  const { data, headers } = recordOf(packet);
  return { data: JSON.stringify({ ...packet, data }), ...(headers && { headers }) };
}

function recordOf({ data }: ReadPacket): { data: unknown; headers?: MsgHdrs | undefined } {
  return data instanceof NatsRecord
    ? (data as NatsRecord<unknown, MsgHdrs | undefined>)
    : { data: data as unknown };
}
