import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';

// Without another adapter, Nest takes the one of @nestjs/platform-socket.io.
const app = await NestFactory.create(AppModule.withPage('live-socket-io.js'));
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
