// #region controller
import { Controller, Get, Header } from '@nestjs/common';
import { Public } from 'nest-sessions';
import { SessionMetrics } from 'nest-sessions/metrics';

@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: SessionMetrics) {}

  @Get()
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.register.metrics();
  }
}
// #endregion controller
