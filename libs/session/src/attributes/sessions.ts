import { Inject, Injectable, Logger } from '@nestjs/common';
import { SessionDataExistsError } from '../errors/session-data-exists.error.js';
import { SessionDataFullError } from '../errors/session-data-full.error.js';
import { sessionRequired } from '../errors/session-exception.js';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { SESSION_OPTIONS } from '../options/session-options.token.js';
import type { SessionOptions } from '../options/session.options.js';
import type { Session } from '../session/session.js';
import type { AttributesOf, ServiceName } from '../session/session-types.js';
import { SessionCounters } from '../store/session-counters.js';
import { SessionStore } from '../store/session.store.js';
import { isAttributeName, MAX_VALUE } from '../common/attribute-rules.js';

/**
 * Write-once attributes that services add to sessions. A service writes under its own name (the module's
 * `service`). An attribute never changes, so every other service may rely on it. It ends with the session.
 *
 * To the compiler, `Sessions` without the name of a service can only read.
 *
 * Both methods throw `SessionStoreUnavailableError` when the store does not answer. It is then unknown
 * whether the value was added. Where the service reaches no store, they throw a `SessionException` 501.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class Coupons {
 *   constructor(private readonly sessions: Sessions<'orders'>) {}
 *
 *   async redeem(session: Session, coupon: string) {
 *     await this.sessions.add(session, 'coupon', coupon);
 *     return this.sessions.read(session, 'orders'); // { coupon: 'SPRING' }
 *   }
 * }
 * ```
 */
@Injectable()
export class Sessions<S extends ServiceName = never> {
  readonly #logger = new Logger(Sessions.name);

  constructor(
    private readonly store: SessionStore,
    @Inject(SESSION_OPTIONS) private readonly options: SessionOptions,
    private readonly counters: SessionCounters,
  ) {}

  /**
   * Adds a value to a session.
   *
   * @param name Letters, digits and `_.:-`, at most 64 of them.
   * @param value Any JSON value, at most 4096 characters as JSON.
   * @throws SessionDataExistsError when this service has given the name a value before (409)
   * @throws SessionDataFullError when this service would exceed 100 values or 65,536 characters (409)
   * @throws SessionException 401 when the session has ended meanwhile
   * @throws RangeError when `name` or `value` is not as above
   *
   * @example
   * await sessions.add(session, 'coupon', 'SPRING');
   */
  async add<N extends Extract<keyof AttributesOf<S>, string>>(
    session: Session,
    name: N,
    value: AttributesOf<S>[N],
  ): Promise<void> {
    const { service } = this.options;
    if (service === undefined) {
      throw new SessionOptionsError(
        "Attributes are stored under the name of the service. Give SessionModule a 'service', such as 'orders'.",
      );
    }
    const outcome = await this.store.add(session, {
      service,
      name: requireName(name),
      value: encode(name, value),
    });
    if (outcome === 'taken') throw new SessionDataExistsError(service, name);
    if (outcome === 'full') throw new SessionDataFullError(service, name);
    if (outcome === 'gone') throw sessionRequired();
  }

  /**
   * Returns the attributes that a service, this or another, has added to a session; always a new object.
   *
   * @example
   * const { coupon } = await sessions.read(session, 'orders');
   */
  async read<T extends ServiceName>(
    session: Session,
    service: T,
  ): Promise<Partial<AttributesOf<T>>> {
    const entries: [name: string, value: unknown][] = [];
    for (const [name, json] of await this.store.attributes(session.id, service)) {
      try {
        entries.push([name, JSON.parse(json)]);
      } catch {
        this.counters.malformedRecords += 1;
        this.#logger.warn(
          `The attribute '${name}' of ${service} in session ${session.id} is not JSON`,
        );
      }
    }
    return Object.fromEntries(entries) as Partial<AttributesOf<T>>;
  }
}

function requireName(name: string): string {
  if (isAttributeName(name)) return name;
  throw new RangeError(
    `'${name}' is not a valid attribute name. Use up to 64 letters, digits and '_', '.', ':', '-'.`,
  );
}

function encode(name: string, value: unknown): string {
  // `undefined`, against its type, for a value that JSON cannot hold at all.
  const json = JSON.stringify(value) as string | undefined;
  if (json !== undefined && json.length <= MAX_VALUE) return json;
  throw new RangeError(`The value of '${name}' must be JSON of at most ${MAX_VALUE} characters.`);
}
