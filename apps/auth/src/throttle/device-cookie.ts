import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parse, serialize } from 'cookie';
import type { KnownDevice } from './known-devices';
import { KNOWN_FOR } from './throttle.options';

const NAME = '__Secure-device';

/** The part of a request that carries the cookie. */
export interface DeviceRequest {
  readonly headers: { readonly cookie?: string | undefined };
}

/** Cookie of a known device, see `KnownDevices`. Browsers send it only to the auth app's own routes. */
@Injectable()
export class DeviceCookie {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** Returns the token, or `null` without the cookie. The token may be malformed. */
  read({ headers }: DeviceRequest): string | null {
    return parse(headers.cookie ?? '')[NAME] ?? null;
  }

  /**
   * Sets the cookie. The browser keeps it until the browser is closed, or for 30 days when the account signs
   * in there again: a computer that was used once keeps no trace.
   *
   * @param response Response of the native adapter, or of `@Res()`.
   */
  write(response: object, { token, isReturning }: KnownDevice): void {
    const cookie = serialize(NAME, token, {
      path: '/auth',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      ...(isReturning && { maxAge: KNOWN_FOR / 1_000 }),
    });
    this.adapterHost.httpAdapter.appendHeader(response, 'Set-Cookie', cookie);
  }
}
