import type { Server } from 'node:http';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  type INestApplication,
  Post,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import { Public, SessionModule } from 'nest-sessions';
import { SessionCookie, SessionIssuerModule, SessionManager } from 'nest-sessions/issuer';
import { SessionTestingModule } from 'nest-sessions/testing';
import request from 'supertest';
import { httpAdapters, listen } from '../../libs/session/test-support/http-adapters.js';
import { readOrders } from './local-development.js';

@Controller()
class AppController {
  constructor(
    private readonly sessions: SessionManager,
    private readonly cookie: SessionCookie,
  ) {}

  @Post('auth/login')
  @Public()
  @HttpCode(204)
  async login(
    @Body() { username, password }: Record<string, string>,
    @Res({ passthrough: true }) response: object,
  ): Promise<void> {
    if (username !== 'ada' || password !== 'ada-demo-password') throw new UnauthorizedException();
    const { token } = await this.sessions.create({ user: { id: 'u-1', username }, roles: [] });
    this.cookie.write(response, token);
  }

  @Get('orders')
  list(): string[] {
    return [];
  }
}

describe.each(httpAdapters)('a test that signs in over HTTP on %s', (_, makeAdapter) => {
  let app: INestApplication;
  let server: Server;

  beforeAll(async () => {
    ({ app } = await listen(makeAdapter, {
      imports: [
        SessionModule.forRoot({}),
        SessionIssuerModule.forRoot({}),
        SessionTestingModule.forRoot(),
      ],
      controllers: [AppController],
    }));
    server = app.getHttpServer() as Server;
  });
  afterAll(() => app.close());

  it('sends the cookie itself', () => readOrders(server));

  it('cannot leave the cookie to an agent, which does not send it without HTTPS', async () => {
    const agent = request.agent(server);
    const credentials = { username: 'ada', password: 'ada-demo-password' };
    const login = await agent.post('/auth/login').send(credentials).expect(204);
    expect(login.get('Set-Cookie')).toHaveLength(1);
    expect((await agent.get('/orders')).status).toBe(401);
  });
});
