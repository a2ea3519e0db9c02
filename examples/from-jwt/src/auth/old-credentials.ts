import { Injectable } from '@nestjs/common';
import { ExchangedTokens } from '../jwt/exchanged-tokens.js';
import { OldTokens } from '../jwt/old-tokens.js';
import { RefreshTokens } from './refresh-tokens.js';

/** Valid credential of the old application. */
export interface OldCredential {
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly issuedAt: number;
  /** Uses it up. @returns `false` when another request was faster */
  use(): Promise<boolean>;
}

@Injectable()
export class OldCredentials {
  constructor(
    private readonly refreshTokens: RefreshTokens,
    private readonly oldTokens: OldTokens,
    private readonly exchanged: ExchangedTokens,
  ) {}

  /** Returns the valid refresh token or JWT of a request, otherwise `null`. */
  async find(authorization = '', refreshToken?: unknown): Promise<OldCredential | null> {
    if (typeof refreshToken === 'string') {
      const row = await this.refreshTokens.find(refreshToken);
      return row && { ...row, use: () => this.refreshTokens.delete(refreshToken) };
    }
    const token = /^Bearer (\S+)$/i.exec(authorization)?.[1] ?? '';
    const claims = await this.oldTokens.verify(token);
    if (claims === null) return null;
    const { sub: userId, iat } = claims;
    return { userId, issuedAt: iat * 1_000, use: () => this.exchanged.add(token, claims) };
  }
}
