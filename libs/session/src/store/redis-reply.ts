import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';

/** What a pipeline or a transaction of ioredis resolves to, entry by entry. */
type PipelineReplies = [error: Error | null, reply: unknown][] | null;

/** Stands for the reply of a read that met a key of another type: a malformed record, not a failure. */
export const WRONG_TYPE = Symbol('wrong type');

/**
 * Awaits a command and turns its failure into the one error that stores may throw.
 *
 * @throws SessionStoreUnavailableError with the client's error as its cause.
 */
export async function reply<T>(command: Promise<T>): Promise<T> {
  try {
    return await command;
  } catch (error) {
    throw new SessionStoreUnavailableError({ cause: error });
  }
}

/**
 * The replies of a pipeline or transaction. `exec()` resolves even when single commands failed: a
 * reply that is an error must not be taken for a value.
 *
 * @throws SessionStoreUnavailableError when any command failed, or a transaction was discarded.
 */
export async function replies(pipeline: Promise<PipelineReplies>): Promise<unknown[]> {
  const entries = await reply(pipeline);
  if (entries === null) {
    throw new SessionStoreUnavailableError({ cause: new Error('Redis discarded the transaction') });
  }
  return entries.map(([error, value]) => {
    if (error) throw new SessionStoreUnavailableError({ cause: error });
    return value;
  });
}

/** Like {@link reply}, for a read of a record: a key of another type gives {@link WRONG_TYPE}. */
export async function recordReply<T>(command: Promise<T>): Promise<T | typeof WRONG_TYPE> {
  try {
    return await command;
  } catch (error) {
    if (isWrongType(error)) return WRONG_TYPE;
    throw new SessionStoreUnavailableError({ cause: error });
  }
}

/** Like {@link replies}, for a pipeline that reads a record. */
export function recordReplies(pipeline: Promise<PipelineReplies>): Promise<unknown[]> {
  return replies(
    pipeline.then(
      (entries) =>
        entries?.map(([error, value]) =>
          isWrongType(error) ? [null, WRONG_TYPE] : [error, value],
        ) ?? null,
    ),
  );
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE');
}
