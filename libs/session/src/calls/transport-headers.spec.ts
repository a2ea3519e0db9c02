import { Metadata } from '@grpc/grpc-js';
import { headers } from '@nats-io/transport-node';
import { KafkaContext, NatsContext, RmqContext, TcpContext } from '@nestjs/microservices';
import { eachRow } from '../../../../tools/testing/each-row.js';
import { transportHeader } from './transport-headers.js';

const NAME = 'x-session-call';

function natsContext(...values: string[]): object {
  const sent = headers();
  for (const value of values) sent.append(NAME, value);
  return new NatsContext(['subject', sent]);
}

function metadata(...values: string[]): object {
  const sent = new Metadata();
  for (const value of values) sent.add(NAME, value);
  return sent;
}

function rmqContext(...values: string[]): object {
  const [value] = values;
  const sent = values.length > 1 ? values : value;
  return new RmqContext([{ properties: { headers: { [NAME]: sent } } }, {}, 'pattern']);
}

function kafkaContext(...values: string[]): object {
  const sent = values.map((it) => Buffer.from(it));
  const message = { headers: { [NAME]: sent.length > 1 ? sent : sent[0] } };
  return new KafkaContext([message, 0, 'topic', {}, () => undefined, {}] as never);
}

const transports: [name: string, contextOf: (...values: string[]) => object][] = [
  ['NATS', natsContext],
  ['gRPC', metadata],
  ['RabbitMQ', rmqContext],
  ['Kafka', kafkaContext],
];

describe('a message header over each transport', () => {
  const onEach = (check: (contextOf: (...values: string[]) => object) => void) =>
    eachRow(
      transports,
      ([, contextOf]) => {
        check(contextOf);
      },
      ([name]) => name,
    );

  it('is read', () =>
    onEach((contextOf) => {
      expect(transportHeader(contextOf('signed'), NAME)).toBe('signed');
    }));

  it('is undefined when it was not sent', () =>
    onEach((contextOf) => {
      expect(transportHeader(contextOf(), NAME)).toBeUndefined();
      expect(transportHeader(contextOf('signed'), 'authorization')).toBeUndefined();
      expect(transportHeader(contextOf('signed'), 'constructor')).toBeUndefined();
    }));

  it('has both values joined when it was sent twice', () =>
    onEach((contextOf) => {
      expect(transportHeader(contextOf('one', 'two'), NAME)).toBe('one, two');
    }));
});

describe('a message without headers', () => {
  const contexts: [transport: string, context: object][] = [
    ['over TCP', new TcpContext([{}, 'pattern'] as never)],
    ['over NATS', new NatsContext(['subject', undefined])],
    ['over RabbitMQ', new RmqContext([{ properties: {} }, {}, 'pattern'])],
    ['over RabbitMQ, forged', new RmqContext([{ properties: { headers: { [NAME]: 5 } } }, {}, ''])],
    ['over Kafka', new KafkaContext([{}, 0, 'topic', {}, () => undefined, {}] as never)],
    ['over something else', {}],
  ];

  it('has no header over any transport', () =>
    eachRow(
      contexts,
      ([, context]) => {
        expect(transportHeader(context, NAME)).toBeUndefined();
      },
      ([transport]) => transport,
    ));
});
