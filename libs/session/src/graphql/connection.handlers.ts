import type { ExecutionContext } from '@nestjs/common';
import { OptionalSession } from '../roles/optional-session.decorator.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** Stands for a connection that needs a session. The guard reads its decorators; nothing calls it. */
export const connect: Handler = () => undefined;

/** Stands for a connection that is open to clients without a session. */
export const connectAnonymously: Handler = () => undefined;

OptionalSession()(connectAnonymously);
