import { Controller, Get, Logger } from '@nestjs/common';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { Public } from '../roles/public.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import type { Session } from '../session/session.js';
import { MemorySessionStore } from '../testing/memory-session.store.js';
import { withCookie } from '../../test-support/requests.js';
import { sessionIdOf } from '../token/session-token.js';
import { Guarded, httpRequest } from './test-support/guarded.js';

@Controller()
class SampleController {
  @Get()
  undecorated(): string {
    return 'in';
  }

  @Roles('admin')
  @Get('role')
  role(): string {
    return 'in';
  }

  @Public()
  @Get('public')
  open(): string {
    return 'in';
  }
}

/** Store that finds sessions, and whose `touch` the test defines. */
class TouchingStore extends MemorySessionStore {
  readonly touched: string[] = [];

  constructor(private readonly onTouch: () => Promise<void> = () => Promise.resolve()) {
    super();
  }

  override touch(session: Session): Promise<void> {
    this.touched.push(session.id);
    return this.onTouch();
  }
}

describe('SessionGuard', () => {
  let warnings: string[];

  beforeEach(() => {
    warnings = [];
    jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: unknown) => warnings.push(String(text)));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('renews the idle timeout once for an admitted request', async () => {
    const store = new TouchingStore();
    const guarded = new Guarded({}, store);
    const token = await guarded.signIn();

    await guarded.guard.canActivate(
      httpRequest([SampleController, 'undecorated'], withCookie(token)),
    );

    expect(store.touched).toEqual([sessionIdOf(token)]);
    expect(warnings).toEqual([]);
  });

  it('renews no idle timeout for a denied request or on a public route', async () => {
    const store = new TouchingStore();
    const guarded = new Guarded({}, store);
    const carried = withCookie(await guarded.signIn());

    expect(await guarded.statusOf(httpRequest([SampleController, 'role'], carried))).toBe(403);
    expect(await guarded.statusOf(httpRequest([SampleController, 'open'], carried))).toBe(200);

    expect(store.touched).toEqual([]);
  });

  it('admits a request without waiting for the renewal', async () => {
    const guarded = new Guarded({}, new TouchingStore(() => new Promise(() => undefined)));
    const token = await guarded.signIn();

    const context = httpRequest([SampleController, 'undecorated'], withCookie(token));

    expect(await guarded.statusOf(context)).toBe(200);
  });

  it('admits a request whose renewal fails, and logs the session and the cause', async () => {
    const cause = new Error("no permissions to run the 'pexpire' command");
    const failing = () => Promise.reject(new SessionStoreUnavailableError({ cause }));
    const guarded = new Guarded({}, new TouchingStore(failing));
    const token = await guarded.signIn();

    const context = httpRequest([SampleController, 'undecorated'], withCookie(token));

    expect(await guarded.statusOf(context)).toBe(200);
    await new Promise(setImmediate);
    expect(warnings).toEqual([
      `The idle timeout of session ${sessionIdOf(token)} was not renewed: The session store cannot answer. Try again in a moment. (${cause.message})`,
    ]);
  });
});
