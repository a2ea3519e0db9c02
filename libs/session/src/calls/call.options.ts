import { createSecretKey, type KeyObject } from 'node:crypto';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { requireServiceName } from '../options/service-name.js';

/** RFC 7518, 3.2: a key for HMAC with SHA-256 has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32;

/** How services prove to each other who is calling. */
export interface CallOptions {
  /**
   * Signs the calls of this service: 32 bytes or more, for example from `openssl rand -hex 32`. Of
   * several secrets the first signs, and calls signed with any of them are accepted, so that a secret can
   * be replaced without refusing a call. Nothing, as of a variable that is not set, is refused.
   */
  secret: string | readonly string[] | undefined;

  /**
   * The secrets of the services that may call this one, by name, one or several each. A process that
   * knows a service's secret can call as that service: give each its own where one may be taken over.
   * @default every service signs with the `secret` of this one
   */
  callers?: Readonly<Record<string, string | readonly string[]>>;
}

/** The keys of {@link CallOptions}, checked. */
export class CallKeys {
  /** Signs this service's calls. */
  readonly own: KeyObject;
  readonly #all: readonly KeyObject[];
  readonly #callers: ReadonlyMap<string, readonly KeyObject[]> | null;

  /** @throws SessionOptionsError when a secret is missing or too short, or a name is not valid */
  constructor({ secret, callers }: CallOptions) {
    const [own, ...others] = keysOf('calls.secret', secret);
    this.own = own;
    this.#all = [own, ...others];
    this.#callers = callers
      ? new Map(
          Object.entries(callers).map(([name, its]) => {
            requireServiceName('calls.callers', name);
            return [name, keysOf(`calls.callers.${name}`, its)];
          }),
        )
      : null;
  }

  /** The keys that a service may sign with; none when it may not call. */
  of(caller: string): readonly KeyObject[] {
    return this.#callers === null ? this.#all : (this.#callers.get(caller) ?? []);
  }
}

function keysOf(option: string, secrets: CallOptions['secret']): [KeyObject, ...KeyObject[]] {
  const [first, ...others] = [secrets ?? []].flat();
  if (first === undefined) {
    throw new SessionOptionsError(
      `${option} is missing: give it a secret, for instance one of 'openssl rand -hex 32'.`,
    );
  }
  return [keyOf(option, first), ...others.map((secret) => keyOf(option, secret))];
}

function keyOf(option: string, secret: string): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length >= MIN_SECRET_BYTES) return createSecretKey(bytes);
  throw new SessionOptionsError(
    `${option} has ${bytes.length} bytes: make one of ${MIN_SECRET_BYTES} or more, for instance with 'openssl rand -hex 32'.`,
  );
}
