// #region all
import { Controller, Get, Query } from '@nestjs/common';
import { Roles } from 'nest-sessions';
import { SessionManager } from 'nest-sessions/issuer';

@Roles('admin')
@Controller('admin/sessions')
export class AllSessionsController {
  constructor(private readonly manager: SessionManager) {}

  @Get()
  async list(@Query('role') role?: string, @Query('after') after?: string) {
    const [absoluteExpiresAt, id = ''] = after?.split(',') ?? [];
    const page = await this.manager.list({
      limit: 100,
      ...(role !== undefined && { filter: { role } }),
      ...(after !== undefined && { after: { absoluteExpiresAt: Number(absoluteExpiresAt), id } }),
    });
    return {
      total: await this.manager.count(),
      examined: page.examined,
      sessions: page.sessions.map(({ session, lastSeenAt }) => ({
        id: session.id,
        user: session.user.username,
        lastSeenAt,
      })),
      next: page.next && `${page.next.absoluteExpiresAt},${page.next.id}`,
    };
  }
}
// #endregion all
