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
  @ApiOperation({ summary: 'Whether the process serves at all. Restart it when not.' })
  @ApiOkResponse()
  @ApiServiceUnavailableResponse({ description: 'The connection to Redis was given up for good.' })
  live(): { status: 'ok' } {
    const checks = this.sessions.isRecoverable();
    if (checks.sessions.status === 'up') return { status: 'ok' };
    throw new ProblemException(
      HttpStatus.SERVICE_UNAVAILABLE,
      'ERR_NOT_LIVE',
      'The connection to the session store has ended for good. Restart this process.',
      { extensions: { checks } },
    );
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served now. Send none while not.' })
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
