/** Registration of this application at the provider. */
export class OidcSettings {
  constructor(
    readonly issuer: URL,
    readonly clientId: string,
    readonly clientSecret: string,
    /** Origin of this application as browsers see it, also behind a proxy. */
    readonly publicUrl: URL,
  ) {}

  /** @throws Error naming the variable that is missing or is not a URL */
  static from(environment: NodeJS.ProcessEnv): OidcSettings {
    return new OidcSettings(
      urlIn(environment, 'OIDC_ISSUER'),
      textIn(environment, 'OIDC_CLIENT_ID'),
      textIn(environment, 'OIDC_CLIENT_SECRET'),
      urlIn(environment, 'PUBLIC_URL'),
    );
  }

  /** Redirect target of the provider after a sign-in. Register it there. */
  get callbackUrl(): string {
    return new URL('/auth/callback', this.publicUrl).href;
  }

  /** Redirect target of the provider after a logout. Register it there. */
  get homeUrl(): string {
    return new URL('/', this.publicUrl).href;
  }

  /** Whether the provider runs on this machine, for development: only then without HTTPS. */
  get mayUseHttp(): boolean {
    return ['localhost', '127.0.0.1'].includes(this.issuer.hostname);
  }
}

function textIn(environment: NodeJS.ProcessEnv, name: string): string {
  const text = environment[name] ?? '';
  if (text === '') throw new Error(`${name} is not set. The README lists the variables.`);
  return text;
}

function urlIn(environment: NodeJS.ProcessEnv, name: string): URL {
  const text = textIn(environment, name);
  if (!URL.canParse(text)) {
    throw new Error(`${name} must be a URL such as 'https://id.example.com', got '${text}'.`);
  }
  return new URL(text);
}
