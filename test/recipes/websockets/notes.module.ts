import { Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionWebSocketsModule } from 'nest-sessions/websockets';
import { NotesGateway } from './notes.gateway.js';

@Module({
  imports: [SessionModule.forRoot({ redis: process.env.REDIS_URL }), SessionWebSocketsModule],
  providers: [NotesGateway],
})
export class NotesModule {}
