import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';

interface Row {
  readonly userId: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** Your table of refresh tokens, by SHA-256. The old application has filled it; nothing is added to it now. */
@Injectable()
export class RefreshTokens {
  readonly #rows = new Map<string, Row>();

  insert(token: string, row: Row): void {
    this.#rows.set(hashOf(token), row);
  }

  /** @returns id of the user; `null` for a token that is unknown or expired */
  async userIdOf(token: string): Promise<string | null> {
    const row = this.#rows.get(hashOf(token));
    return row !== undefined && Date.now() < row.expiresAt ? row.userId : null;
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
