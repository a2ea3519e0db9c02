import { createSecretKey, type KeyObject } from 'node:crypto';
import { SessionOptionsError } from '../errors/session-options.error.js';
import { requireServiceName } from '../common/service-name.js';

/** RFC 7518, 3.2: a key for HMAC with SHA-256 has at least as many bits as the hash. */
const MIN_SECRET_BYTES = 32;

/** Options of `SessionCallsModule`. */
export interface CallOptions {
  /**
   * Signs the calls of this service: 32 bytes or more, for example from `openssl rand -hex 32`. With several
   * secrets, the first secret signs, and calls signed with any of them are accepted. A secret can therefore
   * be replaced without rejecting a call. A missing secret, such as an unset variable, is an error, except with
   * {@link forwardToken}.
   */
  secret?: string | readonly string[] | undefined;

  /**
   * Secrets of the services that may call this service, by name, one or several each. A process that knows a
   * service's secret can call as that service. If a service may be compromised, give each service its own
   * secret.
   * @default every service signs with the `secret` of this one
   */
  callers?: Readonly<Record<string, string | readonly string[]>>;

  /**
   * Without a `secret`: a call carries the token of the user whose request caused it, and a service cannot call
   * as itself. Only for services that may all see the tokens of all users.
   * @default false
   */
  forwardToken?: boolean;
}

/**
 * @returns the validated keys; `null` when calls carry the user's token
 * @throws SessionOptionsError without a secret, or with a secret and `forwardToken`
 */
export function callKeysOf({ forwardToken = false, ...options }: CallOptions): CallKeys | null {
  if (!forwardToken) return new CallKeys(options);
  if (options.secret === undefined && options.callers === undefined) return null;
  throw new SessionOptionsError(
    "forwardToken: calls are either signed or carry the user's token. Leave out either 'forwardToken', or 'secret' and 'callers'.",
  );
}

/** Validated keys of {@link CallOptions}. */
export class CallKeys {
  /** Signs this service's calls. */
  readonly own: KeyObject;
  readonly #all: readonly KeyObject[];
  readonly #callers: ReadonlyMap<string, readonly KeyObject[]> | null;

  /** @throws SessionOptionsError when a secret is missing or too short, or a name is not valid */
  constructor({ secret, callers }: Pick<CallOptions, 'secret' | 'callers'>) {
    const [own, ...others] = keysOf('secret', secret);
    this.own = own;
    this.#all = [own, ...others];
    this.#callers = callers
      ? new Map(
          Object.entries(callers).map(([name, its]) => {
            requireServiceName('callers', name);
            return [name, keysOf(`callers.${name}`, its)];
          }),
        )
      : null;
  }

  /** Returns the keys that a service may sign with; none when the service may not call. */
  of(caller: string): readonly KeyObject[] {
    return this.#callers === null ? this.#all : (this.#callers.get(caller) ?? []);
  }
}

function keysOf(option: string, secrets: CallOptions['secret']): [KeyObject, ...KeyObject[]] {
  const [first, ...others] = [secrets ?? []].flat();
  if (first === undefined) {
    throw new SessionOptionsError(
      `${option} is missing. Set it to a secret that all services share, for example from ` +
        "'openssl rand -hex 32'. With 'forwardToken', calls carry the user's token instead.",
    );
  }
  return [keyOf(option, first), ...others.map((secret) => keyOf(option, secret))];
}

function keyOf(option: string, secret: string): KeyObject {
  const bytes = Buffer.from(secret);
  if (bytes.length >= MIN_SECRET_BYTES) return createSecretKey(bytes);
  throw new SessionOptionsError(
    `${option} has ${bytes.length} bytes. Use ${MIN_SECRET_BYTES} or more, for example from 'openssl rand -hex 32'.`,
  );
}
