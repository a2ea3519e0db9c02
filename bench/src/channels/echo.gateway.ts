import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';

export const ECHO_PATH = '/echo';

/** Gateway under test. It has no decorator of the library: the session module closes it. */
@WebSocketGateway({ path: ECHO_PATH })
export class EchoGateway {
  @SubscribeMessage('echo')
  echo(@MessageBody() data: unknown): { event: string; data: unknown } {
    return { event: 'echo', data };
  }
}
