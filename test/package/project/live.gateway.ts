import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';
import { SessionDataFullError } from 'nest-sessions/errors';

@WebSocketGateway({ path: '/live' })
export class LiveGateway {
  @SubscribeMessage('me')
  me(@CurrentUser() user: SessionUser): object {
    return { event: 'me', data: user.username };
  }

  @SubscribeMessage('report')
  @Roles('admin')
  report(): object {
    return { event: 'report', data: true };
  }

  @SubscribeMessage('fill')
  fill(): never {
    throw new SessionDataFullError('live', 'notes');
  }
}
