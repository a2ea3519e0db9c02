import {
  ConnectedSocket,
  MessageBody,
  SubscribeMessage,
  WebSocketGateway,
  WsException,
  type WsResponse,
} from '@nestjs/websockets';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';
import { BehaviorSubject, EMPTY, map, type Observable } from 'rxjs';

interface Note {
  readonly text: string;
  readonly by: string;
}

const NOTES_KEPT = 100;
const MAX_LENGTH = 200;

/** Live notes of all signed-in users, over plain WebSockets and over Socket.IO alike. */
@WebSocketGateway({ path: '/live' })
export class NotesGateway {
  /** Your database. With several instances, a message broker passes the notes on. */
  readonly #notes = new BehaviorSubject<readonly Note[]>([]);
  readonly #watching = new WeakSet<object>();

  @SubscribeMessage('watch') // any signed-in user
  watch(@ConnectedSocket() client: object): Observable<WsResponse<readonly Note[]>> {
    // One stream for each connection, however often its client asks.
    if (this.#watching.has(client)) return EMPTY;
    this.#watching.add(client);
    return this.#notes.pipe(map((data) => ({ event: 'notes', data })));
  }

  @SubscribeMessage('write')
  @Roles('notes:write') // without the role, the answer is `exception`
  write(@MessageBody() text: unknown, @CurrentUser() user: SessionUser): void {
    if (typeof text !== 'string' || text === '' || text.length > MAX_LENGTH) {
      throw new WsException(`A note is a text of 1 to ${MAX_LENGTH.toString()} characters.`);
    }
    const latest = this.#notes.value.slice(1 - NOTES_KEPT);
    this.#notes.next([...latest, { text, by: user.username }]);
  }
}
