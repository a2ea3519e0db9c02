import { Injectable, Logger } from '@nestjs/common';
import type { Cluster, Redis } from 'ioredis';
import { recordReplies, replies, reply, WRONG_TYPE } from '../store/redis-reply.js';
import { accessKey } from '../store/redis-session.keys.js';
import { SessionCounters } from '../store/session-counters.js';
import {
  type AccessCatalogue,
  decodeAccessCatalogue,
  digestOfCatalogue,
  encodeAccessCatalogue,
} from './access-catalogue.js';
import { decodeReport, type InstanceReport, REPORT_SLOTS, reportField } from './instance-report.js';
import type { InstanceReporter } from './instance-reporter.js';
import type { AccessCatalogueWriter, PublishedState } from './access-catalogue.writer.js';
import { AccessCatalogueStore, type PublishedCatalogue } from './access-catalogue.store.js';

/** Time after which an absent service is forgotten, in milliseconds: every key has an expiry. */
const RETENTION = 24 * 60 * 60 * 1_000;

/** Last text of a service, so that it is decoded once, and the last valid catalogue. */
interface Known {
  readonly json: string;
  /** Decoded text; `null` when it is not a valid catalogue. */
  readonly catalogue: AccessCatalogue | null;
  readonly isRefused: boolean;
  readonly lastGood: PublishedCatalogue | null;
}

/**
 * Catalogues as hashes: `catalogue` (JSON), `publishedAt`, `seenAt`, and a `report:<slot>` of each instance. The age of a service is read from the
 * remaining time to live, because the clocks of services and readers may differ.
 *
 * Publishing needs `HSET`, `HMGET` and `PEXPIRE` on the key of the service, `MULTI` and `EXEC`. Reading needs
 * `HMGET` and `PTTL`.
 */
@Injectable()
export class RedisAccessCatalogueStore
  extends AccessCatalogueStore
  implements AccessCatalogueWriter
{
  readonly #logger = new Logger('SessionAccess');
  readonly #known = new Map<string, Known>();
  /** State of each service that is kept alive, so that its last catalogue is decoded once. */
  readonly #kept = new Map<string, PublishedState>();

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
        // In the transaction that creates the key, so that the key always has an expiry.
        .pexpire(key, RETENTION)
        .exec(),
    );
  }

  async keepAlive(service: string, reporter?: InstanceReporter): Promise<PublishedState | null> {
    const key = accessKey(service);
    const slot = reporter ? [reporter.field] : [];
    const [json, publishedAt, occupant] = await reply(
      this.client.hmget(key, 'catalogue', 'publishedAt', ...slot),
    );
    if (json == null || publishedAt == null) return null;
    // If the key disappears in between, the remaining field expires and is detected next time: without
    // `publishedAt`, it is not a catalogue.
    const report = reporter?.next(occupant);
    const fields = report === undefined ? [] : [reporter?.field ?? '', report];
    await replies(
      this.client
        .multi()
        .hset(key, 'seenAt', Date.now(), ...fields)
        .pexpire(key, RETENTION)
        .exec(),
    );
    return this.#stateOf(service, json);
  }

  /**
   * Returns the published catalogue. An invalid catalogue leaves the last valid catalogue in force, if this
   * process has read any.
   */
  async find(service: string): Promise<PublishedCatalogue | null> {
    const key = accessKey(service);
    const [fields, left] = await recordReplies(
      this.client.pipeline().hmget(key, 'catalogue', 'publishedAt', 'seenAt').pttl(key).exec(),
    );
    if (fields === WRONG_TYPE) return this.#refuse(service, { json: '', catalogue: null }, NaN);
    const [json, ...times] = fields as (string | null)[];
    if (json == null) {
      this.#known.delete(service);
      return null;
    }
    const [publishedAt = NaN, stated = NaN] = times.map(timeOf);
    const seenAt = stated > 0 ? seenBefore(Number(left)) : NaN;
    const known = this.#known.get(service);
    const catalogue = known?.json === json ? known.catalogue : decodeAccessCatalogue(service, json);
    if (catalogue === null || !(publishedAt > 0 && seenAt > 0)) {
      return this.#refuse(service, { json, catalogue }, seenAt);
    }
    const lastGood = { catalogue, publishedAt, seenAt };
    this.#known.set(service, { json, catalogue, isRefused: false, lastGood });
    return lastGood;
  }

  /** Returns the reports in all slots. Malformed ones, and those of instances that have gone, are left out. */
  override async findReports(service: string): Promise<readonly InstanceReport[]> {
    const fields = Array.from({ length: REPORT_SLOTS }, (_, slot) => reportField(slot));
    const [texts] = await recordReplies(
      this.client
        .pipeline()
        .hmget(accessKey(service), ...fields)
        .exec(),
    );
    if (texts === WRONG_TYPE) return [];
    const now = Date.now();
    return (texts as (string | null)[])
      .map((text) => decodeReport(text, now))
      .filter((report) => report !== null);
  }

  #stateOf(service: string, json: string): PublishedState {
    const digest = digestOfCatalogue(json);
    const kept = this.#kept.get(service);
    if (kept?.digest === digest) return kept;
    const state = { digest, version: decodeAccessCatalogue(service, json)?.version };
    this.#kept.set(service, state);
    return state;
  }

  /** Handles an invalid catalogue, which is logged and counted once per text. */
  #refuse(
    service: string,
    read: Pick<Known, 'json' | 'catalogue'>,
    seenAt: number,
  ): PublishedCatalogue | null {
    const known = this.#known.get(service);
    const lastGood = known?.lastGood ?? null;
    if (known?.json !== read.json || !known.isRefused) {
      this.counters.malformedRecords += 1;
      this.#logger.warn(
        `${accessKey(service)} is not a catalogue of a known version, or is too large: ` +
          `${lastGood ? 'the previous catalogue stays in force' : 'its routes are refused'}. ` +
          `Check the release of '${service}' that published it.`,
      );
    }
    this.#known.set(service, { ...read, isRefused: true, lastGood });
    if (lastGood === null) return null;
    return seenAt > 0 ? { ...lastGood, seenAt } : lastGood;
  }
}

/**
 * Time of the last renewal of a key, in epoch milliseconds of this process; `NaN` without an expiry.
 *
 * @param left Remaining time to live in milliseconds.
 */
function seenBefore(left: number): number {
  return left < 0 ? NaN : Date.now() - Math.max(0, RETENTION - left);
}

function timeOf(text: string | null): number {
  return text !== null && /^\d{1,16}$/.test(text) ? Number(text) : NaN;
}
