import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { SessionHealthIndicator } from './session-health.indicator.js';

/** Provides {@link SessionHealthIndicator}; for applications that use `@nestjs/terminus`. */
@Module({
  imports: [TerminusModule],
  providers: [SessionHealthIndicator],
  exports: [SessionHealthIndicator, TerminusModule],
})
export class SessionHealthModule {}
