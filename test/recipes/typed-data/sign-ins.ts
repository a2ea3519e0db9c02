import { Injectable } from '@nestjs/common';
import type { Session } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';

@Injectable()
export class SignIns {
  constructor(private readonly sessions: SessionManager) {}

  signIn(id: string, username: string, tenant: string) {
    return this.sessions.create({
      user: { id, username, tenant },
      roles: ['orders'],
      data: { locale: 'en' },
    });
  }

  speak(session: Session, locale: string) {
    return this.sessions.updateData(session.id, (data) => ({ ...data, locale }));
  }

  rename(userId: string, username: string) {
    return this.sessions.updateUser(userId, { username });
  }
}
