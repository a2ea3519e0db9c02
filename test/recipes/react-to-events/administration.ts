import { Injectable } from '@nestjs/common';
import { SessionManager } from 'nest-sessions/issuer';

@Injectable()
export class Administration {
  constructor(private readonly manager: SessionManager) {}

  async endStolen(sessionId: string, administratorId: string) {
    // #region cause
    await this.manager.revoke(sessionId, { by: administratorId, reason: 'stolen-device' });
    // #endregion cause
  }
}
