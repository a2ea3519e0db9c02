import type { ConsoleConfig } from '../config';
import type { SessionFilter } from '../sessions/session-filter';
import type { ApiClient } from './api-client';
import { ProblemError } from './problem.error';
import type {
  AccessView,
  ActivityView,
  AdminUserView,
  CurrentSessionView,
  EndedPageView,
  HealthView,
  ServiceView,
  SessionPageView,
  SessionView,
} from './views';

/** Users that one request looks through for a name. */
const USERS_PER_SEARCH = 1000;

/** Requests that one search sends at most. */
const MOST_PAGES = 10;

/** Every call of the console, at the places that the server has configured. */
export class ConsoleApi {
  constructor(
    readonly config: ConsoleConfig,
    readonly client: ApiClient,
  ) {}

  async signIn(username: string, password: string): Promise<CurrentSessionView> {
    const { signIn } = this.config;
    if (signIn === null) throw new Error('The server has configured no sign-in.');
    return this.client.call(signIn, {
      method: 'POST',
      body: { username, password },
      needsSession: false,
    });
  }

  async signOut(): Promise<void> {
    await this.client.call(this.config.signOut, { method: 'POST', body: {} });
  }

  /** Returns the caller's session; `null` when there is no valid one. */
  async current(signal?: AbortSignal): Promise<CurrentSessionView | null> {
    try {
      const call = { needsSession: false, ...(signal === undefined ? {} : { signal }) };
      return await this.client.call(`${this.config.account}/session`, call);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  }

  async reauthenticate(password: string): Promise<void> {
    const { reauthenticate } = this.config;
    if (reauthenticate === null) return;
    await this.client.call(reauthenticate, {
      method: 'POST',
      body: { password },
    });
  }

  async changePassword(currentPassword: string, newPassword: string): Promise<void> {
    const { password } = this.config;
    if (password === null) return;
    await this.client.call(password, {
      method: 'POST',
      body: { currentPassword, newPassword },
    });
  }

  ownSessions(signal: AbortSignal): Promise<readonly SessionView[]> {
    return this.client.call(`${this.config.account}/sessions`, { signal });
  }

  async endOwn(id: string): Promise<void> {
    await this.client.call(`${this.config.account}/sessions/${encodeURIComponent(id)}`, {
      method: 'DELETE',
    });
  }

  async endOthers(): Promise<void> {
    await this.client.call(`${this.config.account}/sessions`, { method: 'DELETE' });
  }

  sessions(
    filter: SessionFilter,
    page: { after?: string; limit: number },
    signal: AbortSignal,
  ): Promise<SessionPageView> {
    return this.client.call(`${this.config.api}/sessions`, {
      query: { ...filter, ...page },
      signal,
    });
  }

  async endSession(id: string): Promise<void> {
    await this.client.call(`${this.config.api}/sessions/${encodeURIComponent(id)}`, {
      method: 'DELETE',
    });
  }

  /** Ends all sessions that the filter finds. */
  endByFilter(filter: SessionFilter): Promise<{ ended: number }> {
    return this.client.call(`${this.config.api}/sessions`, {
      method: 'DELETE',
      query: { ...filter },
    });
  }

  ended(before: string | undefined, signal: AbortSignal): Promise<EndedPageView> {
    return this.client.call(`${this.config.api}/events/ended`, {
      query: { before, limit: 50 },
      signal,
    });
  }

  services(signal: AbortSignal): Promise<readonly ServiceView[]> {
    return this.client.call(`${this.config.api}/services`, { signal });
  }

  accessOfRoles(roles: readonly string[], signal: AbortSignal): Promise<AccessView> {
    const call = { repeatedQuery: { role: roles }, signal };
    return this.client.call(`${this.config.api}/services/access`, call);
  }

  accessOfUser(user: string, signal: AbortSignal): Promise<AccessView> {
    return this.client.call(`${this.config.api}/services/access`, { query: { user }, signal });
  }

  health(signal: AbortSignal): Promise<HealthView> {
    return this.client.call(`${this.config.api}/health`, { signal });
  }

  activity(signal: AbortSignal): Promise<ActivityView> {
    return this.client.call(`${this.config.api}/activity`, { query: { hours: 24 }, signal });
  }

  users(after: string | undefined, limit: number, signal: AbortSignal): Promise<AdminUserView[]> {
    return this.client.call(this.#users(), { query: { after, limit }, signal });
  }

  /**
   * Finds a user by name. The list is ordered by name and has no filter, so the search begins at the name
   * without its last character.
   *
   * @returns `null` when no user has the name
   */
  async userByName(name: string, signal: AbortSignal): Promise<AdminUserView | null> {
    const wanted = name.toLowerCase();
    let after: string | undefined = wanted.slice(0, -1) || undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const users = await this.#usersAfter(after, signal);
      const found = users.find(({ username }) => username.toLowerCase() === wanted);
      if (found !== undefined) return found;
      after = users.at(-1)?.username;
      if (users.length < USERS_PER_SEARCH || after === undefined) return null;
    }
    return null;
  }

  /** Returns no users for a text that cannot be part of a name. */
  async #usersAfter(after: string | undefined, signal: AbortSignal): Promise<AdminUserView[]> {
    try {
      return await this.users(after, USERS_PER_SEARCH, signal);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 400) return [];
      throw error;
    }
  }

  createUser(user: {
    username: string;
    password: string;
    roles: readonly string[];
  }): Promise<AdminUserView> {
    return this.client.call(this.#users(), { method: 'POST', body: user });
  }

  setRoles(id: string, roles: readonly string[]): Promise<AdminUserView> {
    return this.client.call(`${this.#users()}/${encodeURIComponent(id)}/roles`, {
      method: 'PUT',
      body: { roles },
    });
  }

  setDisabled(id: string, disabled: boolean): Promise<AdminUserView> {
    return this.client.call(`${this.#users()}/${encodeURIComponent(id)}/disabled`, {
      method: 'PUT',
      body: { disabled },
    });
  }

  async endSessionsOf(id: string): Promise<void> {
    await this.client.call(`${this.#users()}/${encodeURIComponent(id)}/sessions`, {
      method: 'DELETE',
    });
  }

  #users(): string {
    const { users } = this.config;
    if (users === null) throw new Error('The server has configured no API of users.');
    return users;
  }
}
