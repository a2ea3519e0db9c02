import { type DynamicModule, type INestApplication, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';
import { SessionIssuerModule } from 'nest-sessions/issuer';
import { AuthController } from './auth/auth.controller.js';
import { Users } from './auth/users.js';
import { NotesController } from './notes/notes.controller.js';

@Module({})
export class AppModule {
  /** @param pageOrigin Origin of the single-page app, such as `https://app.example.com`. */
  static forPage(pageOrigin: string): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SessionModule.forRoot({
          redis: process.env.REDIS_URL,
          // The page may change state with the cookie. Pages of all other origins get 403.
          csrf: { trustedOrigins: [pageOrigin] },
        }),
        SessionIssuerModule.forRoot({ idleTimeout: '30m', absoluteTimeout: '12h' }),
      ],
      controllers: [AuthController, NotesController],
      providers: [Users],
    };
  }
}

/** Allows the page to read responses and to send the cookie (CORS). Never allow every origin here. */
export function allowPage(app: INestApplication, pageOrigin: string): void {
  app.enableCors({
    origin: [pageOrigin],
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: ['Content-Type'],
    exposedHeaders: ['Retry-After'],
    maxAge: 600,
  });
}
