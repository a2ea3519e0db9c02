import { Public } from 'nest-sessions';
import { SessionHealthIndicator } from 'nest-sessions/health';
import { Controller, Get, HttpStatus } from '@nestjs/common';
import {
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { ProblemException } from '../http/problem.exception';
import { ReadinessDetails } from './readiness-details';

/** Health endpoints for orchestrators and load balancers. */
@Public()
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly sessions: SessionHealthIndicator,
    private readonly details: ReadinessDetails,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'Liveness: the process works. Restart it on 503.' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'The connection to Redis has ended permanently.' })
  live(): { status: 'ok' } {
    const checks = this.sessions.isRecoverable();
    if (checks.sessions.status === 'up') return { status: 'ok' };
    throw new ProblemException(
      HttpStatus.SERVICE_UNAVAILABLE,
      'ERR_NOT_LIVE',
      'The connection to the session store has ended permanently. Restart this process.',
      { extensions: { checks } },
    );
  }

  @Get('ready')
  @ApiOperation({ summary: 'Readiness: the process can serve requests. Send none on 503.' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'The session store does not answer.' })
  async ready(): Promise<{ status: 'ok'; checks: object }> {
    const checks = { ...this.details.read(), ...(await this.sessions.isHealthy()) };
    if (checks.sessions.status === 'up') return { status: 'ok', checks };
    throw new ProblemException(
      HttpStatus.SERVICE_UNAVAILABLE,
      'ERR_NOT_READY',
      'The session store does not answer.',
      { extensions: { checks } },
    );
  }
}
