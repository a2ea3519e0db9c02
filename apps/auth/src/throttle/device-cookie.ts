import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { parse, serialize } from 'cookie';
import type { KnownDevice } from './known-devices';
import { KNOWN_FOR } from './throttle.options';

const NAME = '__Secure-device';

/** A request, as far as the cookie is concerned. */
export interface DeviceRequest {
  readonly headers: { readonly cookie?: string | undefined };
}

/** The cookie of a known device, see `KnownDevices`. Browsers send it to the auth app's own routes alone. */
@Injectable()
export class DeviceCookie {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** The token, or `null` without the cookie. It may be malformed. */
  read({ headers }: DeviceRequest): string | null {
    return parse(headers.cookie ?? '')[NAME] ?? null;
  }

  /**
   * The browser keeps the cookie until it is closed, and for 30 days when the account signs in there again:
   * a computer that was used once keeps no trace.
   *
   * @param response Of the native adapter, or of `@Res()`.
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
