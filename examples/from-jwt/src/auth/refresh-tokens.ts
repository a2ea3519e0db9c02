import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** Row of the table. Times are epoch milliseconds. */
export interface RefreshToken {
  readonly userId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Your table of refresh tokens, by SHA-256. The old application has filled it; nothing is added to it now. */
@Injectable()
export class RefreshTokens {
  readonly #rows = new Map<string, RefreshToken>();

  insert(token: string, row: RefreshToken): void {
    this.#rows.set(hashOf(token), row);
  }

  /** @returns `null` for a token that is unknown or expired */
  async find(token: string): Promise<RefreshToken | null> {
    const row = this.#rows.get(hashOf(token));
    return row !== undefined && Date.now() < row.expiresAt ? row : null;
  }

  /**
   * Deletes a token, as `delete from refresh_tokens where hash = $1` does.
   *
   * @returns whether the token was still there: of two calls at once, one gets `true`
   */
  async delete(token: string): Promise<boolean> {
    return this.#rows.delete(hashOf(token));
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
