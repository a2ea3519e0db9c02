import { Module } from '@nestjs/common';
import { IssuerModule } from '../issuer.module';
import { UsersModule } from '../users/users.module';
import { AdminUsersController } from './admin-users.controller';

@Module({ imports: [UsersModule, IssuerModule], controllers: [AdminUsersController] })
export class AdminModule {}
