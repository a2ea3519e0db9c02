import { MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';
import { interval, map } from 'rxjs';

@WebSocketGateway({ path: '/notes' })
@Roles('orders') // for the connection and each message
export class NotesGateway {
  @SubscribeMessage('write')
  @Roles('orders:write')
  write(@MessageBody() text: string, @CurrentUser() user: SessionUser) {
    return { event: 'written', data: { text, by: user.username } };
  }

  @SubscribeMessage('watch')
  watch() {
    return interval(1_000).pipe(map((count) => ({ event: 'count', data: count })));
  }
}
