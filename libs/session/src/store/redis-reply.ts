import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import { orUnavailable } from './or-unavailable.js';

/** Awaits a command, see {@link orUnavailable}. */
export { orUnavailable as reply };

/** Result of an ioredis pipeline or transaction, entry by entry. */
type PipelineReplies = [error: Error | null, reply: unknown][] | null;

/** Reply of a read that found a key of another type: a malformed record, not a failure. */
export const WRONG_TYPE = Symbol('wrong type');

/**
 * Returns the replies of a pipeline or transaction. `exec()` resolves even when single commands failed: an
 * error among the replies must not be used as a value.
 *
 * @throws SessionStoreUnavailableError when any command failed, or a transaction was discarded.
 */
export async function replies(pipeline: Promise<PipelineReplies>): Promise<unknown[]> {
  const entries = await orUnavailable(pipeline);
  if (entries === null) {
    throw new SessionStoreUnavailableError({ cause: new Error('Redis discarded the transaction') });
  }
  return entries.map(([error, value]) => {
    if (error) throw new SessionStoreUnavailableError({ cause: error });
    return value;
  });
}

/** Works like {@link reply}, for a read of a record. A key of another type returns {@link WRONG_TYPE}. */
export async function recordReply<T>(command: Promise<T>): Promise<T | typeof WRONG_TYPE> {
  try {
    return await command;
  } catch (error) {
    if (isWrongType(error)) return WRONG_TYPE;
    throw new SessionStoreUnavailableError({ cause: error });
  }
}

/** Works like {@link replies}, for a pipeline that reads a record. */
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
