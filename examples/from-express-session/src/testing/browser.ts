/** Cookies of one browser. The services share them, as behind one gateway. */
export class Browser {
  readonly #cookies: Map<string, string>;

  constructor(cookies: Iterable<readonly [string, string]> = []) {
    this.#cookies = new Map(cookies);
  }

  /** Returns another holder of the same cookies: a request under way, or a thief. */
  copy(): Browser {
    return new Browser(this.#cookies);
  }

  /** Returns the value of a cookie, empty without the cookie. */
  cookie(name: string): string {
    return this.#cookies.get(name) ?? '';
  }

  set(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  cookies(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async send(
    url: string,
    method = 'GET',
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const json: Record<string, string> =
      body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(url, {
      method,
      headers: { ...json, ...headers, cookie: this.cookies() },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) this.#take(line);
    return response;
  }

  #take(line: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const [, expires] = /; expires=([^;]+)/i.exec(line) ?? [];
    if (expires !== undefined && Date.parse(expires) <= Date.now()) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
