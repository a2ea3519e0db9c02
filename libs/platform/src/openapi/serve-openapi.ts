import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** Serves the service's OpenAPI description at `/docs`, as a page and as `/docs-json`. */
export function serveOpenApi(app: INestApplication, title: string, cookieName: string): void {
  const description = new DocumentBuilder()
    .setTitle(title)
    .addCookieAuth(cookieName, { type: 'apiKey', in: 'cookie' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addSecurityRequirements('session')
    .addSecurityRequirements('bearer')
    .build();
  SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, description));
}
