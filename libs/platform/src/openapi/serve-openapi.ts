import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { serializeContentSecurityPolicy } from '@nestjs/core/security/security-headers';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

const PATH = 'docs';

const SELF = "'self'";
const NOTHING = "'none'";

/**
 * Content security policy of Swagger UI, which needs more than other responses may do. The page may load its
 * own files, `data:` icons and its inline styles, and request the description and the routes that users try
 * out. Inline scripts are not allowed.
 */
const PAGE_POLICY = serializeContentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: NOTHING,
    scriptSrc: SELF,
    styleSrc: [SELF, "'unsafe-inline'"],
    imgSrc: [SELF, 'data:'],
    connectSrc: SELF,
    baseUri: NOTHING,
    formAction: NOTHING,
    frameAncestors: NOTHING,
  },
});

/** Serves the service's OpenAPI description at `/docs`, as a page and as `/docs-json`. */
export function serveOpenApi(app: INestApplication, title: string, cookieName: string): void {
  const description = new DocumentBuilder()
    .setTitle(title)
    .addCookieAuth(cookieName, { type: 'apiKey', in: 'cookie' }, 'session')
    // Without `bearerFormat`, Nest describes the token as a JWT.
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'opaque' }, 'bearer')
    .addSecurityRequirements('session')
    .addSecurityRequirements('bearer')
    .build();
  app.use(`/${PATH}`, allowPage);
  SwaggerModule.setup(PATH, app, () => SwaggerModule.createDocument(app, description));
}

function allowPage(_request: unknown, response: ServerResponse, next: () => void): void {
  response.setHeader('Content-Security-Policy', PAGE_POLICY);
  next();
}
