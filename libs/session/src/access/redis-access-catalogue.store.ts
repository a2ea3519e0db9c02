import { Injectable, Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { recordReply, replies, reply, WRONG_TYPE } from '../store/redis-reply';
import { accessKey } from '../store/redis-session.keys';
import { SessionCounters } from '../store/session-counters';
import {
  type AccessCatalogue,
  decodeAccessCatalogue,
  encodeAccessCatalogue,
} from './access-catalogue';
import type { AccessCatalogueWriter } from './access-catalogue.writer';
import { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store';

/** A service that is gone for so long is forgotten, in milliseconds: no key is without an end. */
const RETENTION = 24 * 60 * 60 * 1_000;

/** What was read last of a service, so that the same text is read once. */
interface Known {
  readonly json: string;
  readonly catalogue: AccessCatalogue | null;
}

/**
 * Catalogues as hashes: `catalogue` (JSON), `publishedAt` and `seenAt`. Those who publish need `HSET`,
 * `HMGET` and `PEXPIRE` on the key of their service, `MULTI` and `EXEC`; those who read, `HMGET`.
 */
@Injectable()
export class RedisAccessCatalogueStore
  extends AccessCatalogueStore
  implements AccessCatalogueWriter
{
  readonly #logger = new Logger('SessionAccess');
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly client: Redis | Cluster,
    private readonly counters: SessionCounters = new SessionCounters(),
  ) {
    super();
  }

  async publish(catalogue: AccessCatalogue): Promise<void> {
    const key = accessKey(catalogue.service);
    const json = encodeAccessCatalogue(catalogue);
    const now = Date.now();
    await replies(
      this.client
        .multi()
        .hset(key, 'catalogue', json, 'publishedAt', now, 'seenAt', now)
        // In one transaction with its making, so that it is never without an end.
        .pexpire(key, RETENTION)
        .exec(),
    );
  }

  async keepAlive(service: string): Promise<boolean> {
    const key = accessKey(service);
    const [publishedAt] = await reply(this.client.hmget(key, 'publishedAt'));
    if (publishedAt == null) return false;
    // Should it be gone in between, what is left has an end, and is found out the next time: without
    // `publishedAt` it is no catalogue.
    await replies(
      this.client.multi().hset(key, 'seenAt', Date.now()).pexpire(key, RETENTION).exec(),
    );
    return true;
  }

  async find(service: string): Promise<PublishedCatalogue | null> {
    const fields = await recordReply(
      this.client.hmget(accessKey(service), 'catalogue', 'publishedAt', 'seenAt'),
    );
    if (fields === WRONG_TYPE) return this.#malformed(service);
    const [json, ...times] = fields;
    if (json == null) {
      this.#known.delete(service);
      return null;
    }
    const [publishedAt = NaN, seenAt = NaN] = times.map(timeOf);
    const isNew = this.#known.get(service)?.json !== json;
    const catalogue = this.#decode(service, json);
    if (catalogue !== null && publishedAt > 0 && seenAt > 0) {
      return { catalogue, publishedAt, seenAt };
    }
    return isNew ? this.#malformed(service) : null;
  }

  #decode(service: string, json: string): AccessCatalogue | null {
    let known = this.#known.get(service);
    if (known?.json !== json) {
      known = { json, catalogue: decodeAccessCatalogue(service, json) };
      this.#known.set(service, known);
    }
    return known.catalogue;
  }

  #malformed(service: string): null {
    this.counters.malformedRecords += 1;
    this.#logger.warn(
      `${accessKey(service)} is not a catalogue of a known version: its routes are refused`,
    );
    return null;
  }
}

function timeOf(text: string | null): number {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}
