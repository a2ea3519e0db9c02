import { type AccessCatalogue, encodeAccessCatalogue } from '../access/access-catalogue.js';
import { AccessCatalogueWriter, type PublishedState } from '../access/access-catalogue.writer.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { IntrospectionCalls } from './introspection-calls.js';
import { isReply } from './introspection-reply.js';

/** Has the service that keeps the sessions publish what the routes of this one demand. */
export class RpcAccessCatalogueWriter extends AccessCatalogueWriter {
  constructor(private readonly calls: IntrospectionCalls) {
    super();
  }

  async publish(catalogue: AccessCatalogue): Promise<void> {
    const reply = await this.calls.send('access.publish', {
      catalogue: encodeAccessCatalogue(catalogue),
    });
    if (isPublished(reply)) return;
    throw new SessionStoreUnavailableError({
      cause: new Error('the service that keeps the sessions did not take the catalogue'),
    });
  }

  /** Of this service: the signature of the call says which. */
  async keepAlive(): Promise<PublishedState | null> {
    const reply = await this.calls.send('access.keep-alive', {});
    if (!isPublished(reply)) return null;
    return { digest: textIn(reply.digest), version: textIn(reply.version) };
  }
}

function isPublished(reply: unknown): reply is Readonly<Record<string, unknown>> {
  return isReply(reply) && reply.isPublished === true;
}

/** gRPC may give an empty text for none. */
function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
