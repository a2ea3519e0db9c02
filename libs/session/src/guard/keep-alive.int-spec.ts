import { Controller, Get, type INestApplication, Logger } from '@nestjs/common';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { Session } from '../session/session';
import { SessionModule } from '../session.module';
import { MemorySessionStore } from '../store/memory-session.store';
import { eventually } from '../../../../tools/testing/eventually';
import { httpAdapters, listen } from '../testing/http-adapters';
import { withCookie } from '../testing/requests';
import { sampleSession } from '../testing/sample-session';
import { createToken, sessionIdOf } from '../token/session-token';

@Controller()
class SampleController {
  @Get()
  undecorated(): string {
    return 'in';
  }
}

/** Finds sessions, and does with a touch what the test says. */
class TouchingStore extends MemorySessionStore {
  constructor(private readonly onTouch: (session: Session) => Promise<void>) {
    super();
  }

  override touch(session: Session): Promise<void> {
    return this.onTouch(session);
  }
}

describe.each(httpAdapters)('a request that is let in on %s', (_, makeAdapter) => {
  const apps: INestApplication[] = [];

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const app of apps.splice(0)) await app.close();
  });

  async function statusWhen(onTouch: (session: Session) => Promise<void>): Promise<number> {
    const store = new TouchingStore(onTouch);
    const token = createToken();
    await store.insert(sampleSession({ id: sessionIdOf(token) }));
    const { app, url } = await listen(makeAdapter, {
      imports: [SessionModule.forRoot({ store })],
      controllers: [SampleController],
    });
    apps.push(app);
    return (await fetch(url, withCookie(token))).status;
  }

  it('touches its session once', async () => {
    const touched: string[] = [];

    await statusWhen((session) => {
      touched.push(session.user.id);
      return Promise.resolve();
    });

    expect(touched).toEqual(['u-1']);
  });

  it('is answered without waiting for the touch', async () => {
    const never = () => new Promise<void>(() => undefined);

    expect(await statusWhen(never)).toBe(200);
  });

  it('is answered although the touch fails, and the log says for which session and why', async () => {
    const warnings: string[] = [];
    jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: unknown) => warnings.push(String(text)));
    let id = '';

    const status = await statusWhen((session) => {
      id = session.id;
      const cause = new Error("no permissions to run the 'pexpire' command");
      return Promise.reject(new SessionStoreUnavailableError({ cause }));
    });
    await eventually(() => warnings.length > 0);

    expect(status).toBe(200);
    expect(warnings).toEqual([expect.stringContaining(id)]);
    expect(warnings).toEqual([expect.stringContaining('no permissions')]);
  });
});
