/** User of the application. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly roles: readonly string[];
  readonly isBanned: boolean;
}

/** Users of the application. A real service keeps them in a database. */
export class UsersService {
  readonly #users = new Map<string, User>();

  save(user: User): void {
    this.#users.set(user.id, user);
  }

  verify(username: string, password: string): Promise<User | null> {
    const user = [...this.#users.values()].find((it) => it.username === username);
    return Promise.resolve(password === 'right' && user?.isBanned === false ? user : null);
  }

  maySignIn(id: string): Promise<boolean> {
    return Promise.resolve(this.#users.get(id)?.isBanned === false);
  }
}
