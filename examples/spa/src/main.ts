import { NestFactory } from '@nestjs/core';
import { allowPage, AppModule } from './app.module.js';

const pageOrigin = process.env.PAGE_ORIGIN ?? 'http://localhost:5173';
const app = await NestFactory.create(AppModule.forPage(pageOrigin));
allowPage(app, pageOrigin);
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
