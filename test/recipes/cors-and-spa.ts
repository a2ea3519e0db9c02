import { Controller, Delete, Get, HttpCode, type INestApplication, Module } from '@nestjs/common';
import { SessionModule } from 'nest-sessions';

@Controller('notes')
export class NotesController {
  @Get()
  list(): string[] {
    return ['milk'];
  }

  @Delete()
  @HttpCode(204)
  clear(): void {
    // Every note of the user.
  }
}

// #region module
@Module({
  imports: [
    SessionModule.forRoot({
      redis: process.env.REDIS_URL,
      csrf: { trustedOrigins: ['https://app.example.com'] }, // may change state
    }),
  ],
  controllers: [NotesController],
})
export class AppModule {}
// #endregion module

export function allowPage(app: INestApplication): void {
  // #region cors
  app.enableCors({
    origin: ['https://app.example.com'], // may read responses
    credentials: true,
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  });
  // #endregion cors
}
