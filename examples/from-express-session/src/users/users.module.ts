import { Global, Module } from '@nestjs/common';
import { PassportModule } from '@nestjs/passport';
import { LocalStrategy } from './local.strategy.js';
import { Users } from './users.js';

@Global()
@Module({ imports: [PassportModule], providers: [Users, LocalStrategy], exports: [Users] })
export class UsersModule {}
