import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { SpanStatusCode } from '@opentelemetry/api';
import { eventually } from '../../../../tools/testing/eventually.js';
import { Roles } from '../roles/roles.decorator.js';
import { GatewayApp } from '../websockets/test-support/gateway-app.js';
import { WsTestClient } from '../websockets/test-support/ws-client.js';
import { SessionTracingModule } from './session-tracing.module.js';
import { RecordedTraces } from './test-support/recorded-traces.js';

@WebSocketGateway()
@Roles('orders')
class OrdersGateway {
  @SubscribeMessage('watch')
  watch(): { event: string; data: string } {
    return { event: 'watched', data: 'tea' };
  }
}

describe('a traced gateway of WebSockets', () => {
  let traces: RecordedTraces;
  let started: GatewayApp;

  beforeAll(async () => {
    traces = RecordedTraces.start();
    started = await GatewayApp.start({
      gateways: [OrdersGateway],
      adapter: 'ws',
      imports: [SessionTracingModule.forRoot({})],
    });
  });
  beforeEach(() => {
    traces.clear();
  });
  afterAll(async () => {
    await started.close();
    await traces.stop();
  });

  it('has a span for each decision: of the handshake, and of a message', async () => {
    const visitor = await started.signIn('orders');
    const client = await WsTestClient.open(started.url, { headers: visitor.bearer });
    await client.ask('watch');
    await eventually(() => traces.named('session.authorize').length > 1);
    client.close();

    for (const { attributes, parentSpanContext } of traces.named('session.authorize')) {
      expect(parentSpanContext).toBeUndefined();
      expect(attributes).toMatchObject({
        'nest_sessions.transport': 'ws',
        'nest_sessions.outcome': 'allowed',
      });
    }
  });

  it('has a span with the code of a refused handshake', async () => {
    expect((await WsTestClient.refused(started.url)).status).toBe(401);

    const { attributes, status } = await traces.last('session.authorize');
    expect(status.code).toBe(SpanStatusCode.UNSET);
    expect(attributes).toEqual({
      'nest_sessions.transport': 'ws',
      'nest_sessions.outcome': 'denied',
      'nest_sessions.code': 'ERR_SESSION_REQUIRED',
    });
  });
});
