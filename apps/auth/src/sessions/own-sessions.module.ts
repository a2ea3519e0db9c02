import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { OwnSessionsController } from './own-sessions.controller';

@Module({ imports: [IssuerModule], controllers: [OwnSessionsController] })
export class OwnSessionsModule {}
