import { type AccessCatalogue, encodeAccessCatalogue } from '../access/access-catalogue.js';
import { AccessCatalogueWriter, type PublishedState } from '../access/access-catalogue.writer.js';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error.js';
import type { IntrospectionCalls } from './introspection-calls.js';
import { isReply } from './introspection-reply.js';

/** Publishes this service's route requirements through the service that keeps the sessions. */
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
      cause: new Error('the service that stores the sessions did not accept the catalogue'),
    });
  }

  /** Keeps this service's catalogue alive: the signature of the call names the service. */
  async keepAlive(): Promise<PublishedState | null> {
    const reply = await this.calls.send('access.keep-alive', {});
    if (!isPublished(reply)) return null;
    return { digest: textIn(reply.digest), version: textIn(reply.version) };
  }
}

function isPublished(reply: unknown): reply is Readonly<Record<string, unknown>> {
  return isReply(reply) && reply.isPublished === true;
}

/** Returns a non-empty text, else `undefined`: gRPC may send an empty text for an absent value. */
function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
