import {
  BadRequestException,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  HttpStatus,
  Inject,
  type MessageEvent,
  NotFoundException,
  Param,
  Query,
  Sse,
  type Type,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import { AccessDirectory } from '../access/access-directory.js';
import { withHeartbeats } from '../channels/with-heartbeats.js';
import { isEventPosition } from '../events/session-event.log.js';
import { SessionEvents } from '../events/session-events.js';
import { CurrentSession } from '../guard/current-session.decorator.js';
import { CurrentUser } from '../guard/current-user.decorator.js';
import { SessionManager } from '../issuer/session.manager.js';
import { RequireRecentSignIn } from '../roles/require-recent-sign-in.decorator.js';
import { Roles } from '../roles/roles.decorator.js';
import { SkipCache } from '../roles/skip-cache.decorator.js';
import type { Role, SessionUser } from '../session/session-types.js';
import type { Session } from '../session/session.js';
import { ConsoleProviders } from './console-providers.js';
import { CONSOLE_SETTINGS } from './console-settings.token.js';
import type { ConsoleSettings } from './console.options.js';
import { readFilter, readFilteredPage, readHistoryPage } from './console-query.js';
import {
  ENDING_TYPES,
  type EndedSessionJson,
  messageOfEvent,
  type ServiceJson,
  usersIn,
  viewEndedSession,
  viewService,
} from './event-views.js';
import { RECENT_SIGN_IN } from './recent-sign-in.js';
import { type SessionPageJson, viewSessionPage } from './session-views.js';

/** Reason for the end of a session, in its event. */
const REASON = 'ended-by-administrator';

/**
 * Returns the controller of the sessions of all users, their events, and the services.
 *
 * @param path Path below which administrators have their calls.
 * @param role Role of administrators.
 */
export function consoleSessionsController(path: string, role: string): Type {
  @Roles(role as Role)
  @SkipCache()
  @Controller({ path, version: VERSION_NEUTRAL })
  class ConsoleSessionsController {
    constructor(
      private readonly providers: ConsoleProviders,
      private readonly events: SessionEvents,
      @Inject(CONSOLE_SETTINGS) private readonly settings: ConsoleSettings,
    ) {}

    @Get('sessions')
    async list(
      @CurrentSession() current: Session,
      @Query() query: Record<string, unknown>,
    ): Promise<SessionPageJson> {
      const [page, total] = await Promise.all([
        this.#sessions.list(readFilteredPage(query)),
        this.#sessions.count(),
      ]);
      return viewSessionPage(page, total, current.id);
    }

    /** Ends what the list shows with the same filter, the session of the request included. */
    @Delete('sessions')
    @RequireRecentSignIn(RECENT_SIGN_IN)
    async endAll(
      @CurrentUser() { id: by }: SessionUser,
      @Query() query: Record<string, unknown>,
    ): Promise<{ ended: number }> {
      return { ended: await this.#sessions.revokeWhere(readFilter(query), { by, reason: REASON }) };
    }

    @Delete('sessions/:id')
    @RequireRecentSignIn(RECENT_SIGN_IN)
    @HttpCode(HttpStatus.NO_CONTENT)
    async end(@CurrentUser() { id: by }: SessionUser, @Param('id') id: string): Promise<void> {
      const ended = await this.#sessions.revoke(id, { by, reason: REASON });
      if (ended === null) throw new NotFoundException('There is no such session.');
    }

    /** Continues after the last event that a client names in `Last-Event-ID`, as browsers do. */
    @Sse('events')
    async follow(
      @Headers('last-event-id') last: string | undefined,
    ): Promise<Observable<MessageEvent>> {
      if (last !== undefined) requirePosition('Last-Event-ID', last);
      const position = last ?? (await this.events.latest());
      return withHeartbeats(this.events.after(position).pipe(map(messageOfEvent)));
    }

    @Get('events/ended')
    async listEnded(
      @Query() query: Record<string, unknown>,
    ): Promise<{ events: readonly EndedSessionJson[]; next: string | null }> {
      const page = readHistoryPage(query);
      if (page.before !== undefined) requirePosition('before', page.before);
      const { events, next } = await this.events.history({ ...page, types: ENDING_TYPES });
      const names = await this.settings.usernamesOf(usersIn(events));
      return { events: events.map((event) => viewEndedSession(event, names)), next };
    }

    @Get('services')
    async listServices(): Promise<ServiceJson[]> {
      const services = await this.providers.find(AccessDirectory)?.list();
      return (services ?? []).map(viewService);
    }

    get #sessions(): SessionManager {
      return this.providers.require(SessionManager);
    }
  }
  return ConsoleSessionsController;
}

function requirePosition(name: string, text: string): void {
  if (isEventPosition(text)) return;
  throw new BadRequestException(`${name} is not the position of an event. Leave it out to begin.`);
}
