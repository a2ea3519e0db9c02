import { Module } from '@nestjs/common';
import { SessionWebSocketsModule } from 'nest-sessions/websockets';
import { LiveGateway } from './live.gateway.js';

@Module({ imports: [SessionWebSocketsModule], providers: [LiveGateway] })
export class LiveModule {}
