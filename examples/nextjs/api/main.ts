import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';

const webOrigin = process.env.WEB_ORIGIN ?? 'http://localhost:3100';
const app = await NestFactory.create<NestExpressApplication>(AppModule.forPages(webOrigin));
// Address of the Next.js server, if your proxy in front of it sets X-Forwarded-For: Next.js never checks it.
app.set('trust proxy', process.env.TRUSTED_PROXY ?? false);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
