import { OptionalSession } from '../roles/optional-session.decorator.js';
import { connect } from './gateway.js';

/* eslint-disable @typescript-eslint/no-extraneous-class -- Only their decorators count. */

/** Stands for a server or namespace whose connections need a session. */
class ClosedServer {}

/** Stands for a server with a public gateway. */
@OptionalSession()
class PublicServer {}

export const CLOSED_SERVER = { type: ClosedServer, handler: connect };
export const PUBLIC_SERVER = { type: PublicServer, handler: connect };
