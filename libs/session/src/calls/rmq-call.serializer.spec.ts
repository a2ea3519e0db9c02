import { type ReadPacket, RmqContext, RmqRecordBuilder } from '@nestjs/microservices';
import { CALL_HEADER } from '../token/token-headers.js';
import type { CallHeaders } from './call-headers.js';
import { RmqCallSerializer } from './rmq-call.serializer.js';
import { transportHeader } from './transport-headers.js';

const packet: ReadPacket = { pattern: 'products.find', data: { id: 'tea' } };

describe('a call over RabbitMQ', () => {
  let calls = 0;
  const headers: CallHeaders = () => ({ [CALL_HEADER]: `signed-${(calls += 1)}` });

  beforeEach(() => {
    calls = 0;
  });

  it('names the caller in the message headers, not in the payload', () => {
    const { options, ...rest } = new RmqCallSerializer(headers).serialize(packet);
    expect(rest).toEqual(packet);
    const received = new RmqContext([{ properties: options ?? {} }, {}, 'products.find']);
    expect(transportHeader(received, CALL_HEADER)).toBe('signed-1');
  });

  it('has a new signature for every message', () => {
    const serializer = new RmqCallSerializer(headers);
    serializer.serialize(packet);
    expect(serializer.serialize(packet).options?.headers).toEqual({ [CALL_HEADER]: 'signed-2' });
  });

  it('keeps the message options of the application, except for the caller', () => {
    const data = new RmqRecordBuilder(packet.data)
      .setOptions({ priority: 3, headers: { trace: 'x', [CALL_HEADER]: 'claimed' } })
      .build();
    expect(new RmqCallSerializer(headers).serialize({ ...packet, data })).toEqual({
      ...packet,
      options: { priority: 3, headers: { trace: 'x', [CALL_HEADER]: 'signed-1' } },
    });
  });

  it('is signed for the pattern and the data, without other message options', () => {
    const data = new RmqRecordBuilder(packet.data).setOptions({ priority: 3 }).build();
    const signed: unknown[] = [];
    const serializer = new RmqCallSerializer((content) => {
      signed.push(content);
      return {};
    });
    serializer.serialize(packet);
    serializer.serialize({ ...packet, data });
    expect(signed).toEqual(Array(2).fill({ action: 'products.find', body: { id: 'tea' } }));
  });

  it('uses the serializer of the application', () => {
    const inner = { serialize: (it: ReadPacket) => ({ ...it, data: 'packed' }) };
    expect(new RmqCallSerializer(headers, inner).serialize(packet)).toEqual({
      pattern: 'products.find',
      data: 'packed',
      options: { headers: { [CALL_HEADER]: 'signed-1' } },
    });
  });
});
