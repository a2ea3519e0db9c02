/**
 * Key set that a stubbed `fetch` returns without a connection, for the tests of the enclosing `describe` or
 * file.
 */
export class GivenKeys {
  readonly url = new URL('http://auth.test/.well-known/jwks.json');
  /** Number of fetches. */
  asked = 0;
  /** Whether the connection is refused. */
  isAway = false;
  #keys: readonly unknown[] = [];

  static stubbed(): GivenKeys {
    const given = new GivenKeys();
    let spy: jest.SpyInstance;
    beforeEach(() => {
      given.asked = 0;
      given.isAway = false;
      spy = jest.spyOn(globalThis, 'fetch').mockImplementation((url) => given.#answer(url));
    });
    afterEach(() => {
      spy.mockRestore();
    });
    return given;
  }

  /** Returns these keys from now on. */
  publish(keys: readonly unknown[]): void {
    this.#keys = keys;
  }

  #answer(url: unknown): Promise<Response> {
    expect(String(url)).toBe(this.url.href);
    this.asked += 1;
    return this.isAway
      ? Promise.reject(new TypeError('fetch failed'))
      : Promise.resolve(Response.json({ keys: this.#keys }));
  }
}
