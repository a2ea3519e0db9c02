import { Global, Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { requiredVariable } from '../required-variable.js';
import { ExchangedTokens } from './exchanged-tokens.js';
import { OldTokens } from './old-tokens.js';

/** Everything that is deleted with the last JWT. */
@Global()
@Module({
  imports: [
    JwtModule.registerAsync({ useFactory: () => ({ secret: requiredVariable('JWT_SECRET') }) }),
  ],
  providers: [ExchangedTokens, OldTokens],
  exports: [ExchangedTokens, OldTokens],
})
export class JwtMigrationModule {}
