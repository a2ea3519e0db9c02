import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Public } from '../../roles/public.decorator.js';
import { Roles } from '../../roles/roles.decorator.js';

export const LIVE_PATH = '/live';

/** Gateway that keeps the messages which its handlers have received. */
@WebSocketGateway({ path: LIVE_PATH })
@Roles('orders')
export class LiveGateway {
  readonly received: unknown[] = [];

  @SubscribeMessage('note')
  note(@MessageBody() data: unknown) {
    this.received.push(data);
    return { event: 'noted', data };
  }

  /** Public handler of a gateway whose connections need a session. */
  @Public()
  @SubscribeMessage('public-note')
  publicNote(@MessageBody() data: unknown) {
    this.received.push(data);
    return { event: 'noted', data };
  }
}
