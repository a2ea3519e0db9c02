import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { roleRequired, sessionRequired, SessionSource, type TokenRequest } from 'nest-sessions';
import { describeWithAccess } from './describe-access.js';

interface Reply {
  header(name: string, value: string): unknown;
}

/** Serves the page at `/docs`. The description is for sessions with the role `admin` only. */
export function serveOpenApi(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Orders')
    .addCookieAuth('__Host-sid', { type: 'apiKey', in: 'cookie' }, 'session')
    .addSecurityRequirements('session')
    .build();
  const source = app.get(SessionSource);
  SwaggerModule.setup('docs', app, () => describeWithAccess(app, config), {
    async patchDocumentOnRequest(request, reply, document) {
      (reply as Reply).header('Cache-Control', 'no-store');
      const session = await source.find(request as TokenRequest);
      if (session === null) throw sessionRequired();
      if (!session.hasRole('admin')) throw roleRequired();
      return document;
    },
  });
}
