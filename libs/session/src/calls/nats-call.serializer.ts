import type { MsgHdrs } from '@nats-io/transport-node';
import { NatsRecord, type ReadPacket, type Serializer } from '@nestjs/microservices';
import { contentOf } from './call-content.js';
import type { CallHeaders } from './call-headers.js';

/** What Nest's client publishes. */
interface NatsMessage {
  readonly data: string;
  readonly headers?: MsgHdrs;
}

/** Says who calls in the headers of a NATS message, beside those that the application gave it. */
export class NatsCallSerializer implements Serializer<ReadPacket, NatsMessage> {
  #createHeaders: (() => MsgHdrs) | null = null;

  /**
   * @param headers Asked for each message.
   * @param inner What the application has the transport serialize with.
   */
  constructor(
    private readonly headers: CallHeaders,
    private readonly inner?: Serializer,
  ) {}

  /** Nest's client awaits it before it connects. Only who uses NATS has the package installed. */
  async init(): Promise<void> {
    const nats = await import('@nats-io/transport-node');
    this.#createHeaders = nats.headers;
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

/** As Nest's own serializer does, which is not among its exports. */
function messageOf(packet: ReadPacket): NatsMessage {
  const { data, headers } = recordOf(packet);
  return { data: JSON.stringify({ ...packet, data }), ...(headers && { headers }) };
}

function recordOf({ data }: ReadPacket): { data: unknown; headers?: MsgHdrs | undefined } {
  return data instanceof NatsRecord
    ? (data as NatsRecord<unknown, MsgHdrs | undefined>)
    : { data: data as unknown };
}
