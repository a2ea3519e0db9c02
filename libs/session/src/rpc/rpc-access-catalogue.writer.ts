import { type AccessCatalogue, encodeAccessCatalogue } from '../access/access-catalogue';
import { AccessCatalogueWriter } from '../access/access-catalogue.writer';
import { SessionStoreUnavailableError } from '../errors/session-store-unavailable.error';
import type { IntrospectionCalls } from './introspection-calls';
import { isReply } from './introspection-reply';

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
  async keepAlive(): Promise<boolean> {
    return isPublished(await this.calls.send('access.keep-alive', {}));
  }
}

function isPublished(reply: unknown): boolean {
  return isReply(reply) && reply.isPublished === true;
}
