import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { serializeContentSecurityPolicy } from '@nestjs/core/security/security-headers';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

const PATH = 'docs';

const SELF = "'self'";
const NOTHING = "'none'";

/**
 * What Swagger UI needs of a browser beyond what answers are allowed: its own files, the description and the
 * routes that are tried out, `data:` icons, and the styles that it writes into its page. No inline script.
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
    // Without a word Nest says that it is a JWT.
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
