import { Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { openDatabase, type Database, type DatabaseOptions } from './database';
import { ConfigurableDatabaseModule, DATABASE_OPTIONS } from './database.module-definition';
import { DATABASE } from './database.token';

const logger = new Logger('Database');

/**
 * Opens the user database at startup, and closes it after the response to the last request. The app does not
 * start when the database cannot be opened.
 */
@Module({
  providers: [
    {
      provide: DATABASE,
      inject: [DATABASE_OPTIONS],
      useFactory: async (options: DatabaseOptions): Promise<Database> => {
        const database = await openDatabase(
          options,
          (problem) => {
            logger.error(problem);
          },
          () => {
            logger.error(
              'The app cannot run without its user database: the process exits with code 1.',
            );
            process.exit(1);
          },
        );
        logger.log(`Users are in the ${database.description}`);
        return database;
      },
    },
  ],
  exports: [DATABASE],
})
export class DatabaseModule extends ConfigurableDatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Database) {
    super();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
