import { ConnectionContext } from './connection.context.js';
import { connect } from './gateway.js';

it('describes a connection to a gateway like a message without data', () => {
  class LiveGateway {
    readonly name = 'live';
  }
  const client = {};
  const request = { headers: {} };
  const context = new ConnectionContext({ type: LiveGateway, handler: connect }, client, request);

  expect(context.getType()).toBe('ws');
  expect([context.getClass(), context.getHandler()]).toEqual([LiveGateway, connect]);
  expect(context.getArgs()).toEqual([client]);
  expect([context.getArgByIndex(0), context.getArgByIndex(1)]).toEqual([client, undefined]);
  expect(context.switchToWs().getClient()).toBe(client);
  expect(context.switchToWs().getData()).toBeUndefined();
});
