import { createSecretKey, type KeyObject } from 'node:crypto';
import { SessionOptionsError } from '../errors/session-options.error';
import { requireServiceName } from '../options/service-name';

/** RFC 7518, 3.2: a key for HMAC with SHA-256 has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32;

/** How services prove to each other who is calling. */
export interface CallOptions {
  /** What this service signs its calls with: 32 bytes or more, such as `openssl rand -hex 32` gives. */
  secret: string;

  /**
   * The secrets of the services that may call this one, by name. Whoever knows a service's secret can
   * call as that service: give each its own where one may be taken over.
   * @default every service signs with the `secret` of this one
   */
  callers?: Readonly<Record<string, string>>;
}

/** The keys of {@link CallOptions}, checked. */
export class CallKeys {
  readonly own: KeyObject;
  readonly #callers: ReadonlyMap<string, KeyObject> | null;

  /** @throws SessionOptionsError when a secret is too short or a name is none */
  constructor({ secret, callers }: CallOptions) {
    this.own = keyOf('calls.secret', secret);
    this.#callers = callers
      ? new Map(
          Object.entries(callers).map(([name, its]) => {
            requireServiceName('calls.callers', name);
            return [name, keyOf(`calls.callers.${name}`, its)];
          }),
        )
      : null;
  }

  /** The key that this service signs with; `null` when it may not call. */
  of(caller: string): KeyObject | null {
    return this.#callers === null ? this.own : (this.#callers.get(caller) ?? null);
  }
}

function keyOf(option: string, secret: string): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length >= MIN_SECRET_BYTES) return createSecretKey(bytes);
  throw new SessionOptionsError(
    `${option} has ${bytes.length} bytes: make one of ${MIN_SECRET_BYTES} or more, for instance with 'openssl rand -hex 32'.`,
  );
}
