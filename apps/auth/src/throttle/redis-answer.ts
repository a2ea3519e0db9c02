import { SessionStoreUnavailableError } from 'nest-sessions';

/** @throws SessionStoreUnavailableError when Redis does not answer, or refuses because it is full */
export async function redisAnswer<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new SessionStoreUnavailableError({ cause: error });
  }
}
