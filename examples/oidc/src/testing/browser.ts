/** Page that a browser shows. */
export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

const REDIRECTS = [301, 302, 303, 307, 308];

/** Visitor with a cookie jar of its own, who follows redirects and submits forms. */
export class Browser {
  /** Cookies by origin and name. */
  readonly #jar = new Map<string, Map<string, string>>();

  open(url: string | URL): Promise<Page> {
    return this.#request(new URL(url), { method: 'GET' });
  }

  /** Posts the form of a page, with its hidden fields and the given fields. */
  submit({ url, text }: Page, fields: Readonly<Record<string, string>> = {}): Promise<Page> {
    const action = /<form[^>]* action="([^"]+)"/.exec(text)?.[1];
    if (action === undefined) throw new Error(`${url.href} has no form:\n${text}`);
    const hidden = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
    const own = Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]));
    const body = new URLSearchParams({ ...own, ...fields });
    return this.#request(new URL(action, url), { method: 'POST', body });
  }

  cookie(origin: string, name: string): string | undefined {
    return this.#jar.get(origin)?.get(name);
  }

  /** Attacker's way to put a cookie into the jar. */
  setCookie(origin: string, name: string, value: string): void {
    this.#cookiesOf(origin).set(name, value);
  }

  async #request(url: URL, init: RequestInit): Promise<Page> {
    const cookies = [...this.#cookiesOf(url.origin)].map(([name, value]) => `${name}=${value}`);
    const response = await fetch(url, {
      ...init,
      headers: { cookie: cookies.join('; '), 'sec-fetch-site': 'same-origin' },
      redirect: 'manual',
    });
    for (const cookie of response.headers.getSetCookie()) this.#store(url.origin, cookie);
    const location = response.headers.get('location');
    if (REDIRECTS.includes(response.status) && location !== null) {
      await response.body?.cancel();
      return this.open(new URL(location, url));
    }
    return { url, status: response.status, text: await response.text() };
  }

  #store(origin: string, cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (value === '') this.#cookiesOf(origin).delete(name);
    else this.#cookiesOf(origin).set(name, value);
  }

  #cookiesOf(origin: string): Map<string, string> {
    const own = this.#jar.get(origin) ?? new Map<string, string>();
    this.#jar.set(origin, own);
    return own;
  }
}
