import { networkOf } from './network.js';
import type { BindingRules } from './binding.options.js';
import type { Session } from '../session/session.js';
import type { BindingSignal } from './binding-signal.js';
import type { BindingSignals } from './binding-signals.js';
import { UserAgentFamilies } from './user-agent-families.js';

/** Client data in Express' and Fastify's requests. */
export interface ClientRequest {
  /** Headers by name in lower case. */
  readonly headers: { readonly 'user-agent'?: string | undefined };
  /** Address as the adapter reports it: behind a trusted proxy, the client's own. */
  readonly ip?: string | undefined;
}

type Change = Pick<BindingSignal, 'from' | 'to'>;

/** Carriers assign addresses of many networks. With these coarse sizes, few of them count as a change. */
const SIZE = { ipv4: 16, ipv6: 32 };

/** Number of characters of a User-Agent in a session's record: a longer text is cut there. */
const RECORDED = 256;

/** Number of characters read of a request's User-Agent: an update may have lengthened an uncut text. */
const READ = 2 * RECORDED;

/** Checks whether a request comes from the client to which a session belongs, as far as can be seen. */
export class BindingCheck {
  readonly #families = new UserAgentFamilies();

  constructor(
    private readonly rules: BindingRules,
    private readonly signals: BindingSignals,
  ) {}

  /** Whether the rules compare anything. */
  get compares(): boolean {
    return this.rules.userAgent !== 'off' || this.rules.network !== 'off';
  }

  /**
   * Reports changes since the user's last authentication.
   *
   * @param acceptsChange Allows the request whatever has changed.
   * @returns whether the request is allowed
   */
  allows(session: Session, request: ClientRequest, acceptsChange: boolean): boolean {
    const { userAgent, network } = this.rules;
    const isAgentRead = userAgent !== 'off' || network === 'reauthenticate';
    const agentChange = isAgentRead ? this.#agentChange(session, request) : null;
    const networkChange = network === 'off' ? null : networkChangeOf(session, request);
    const isAnother =
      agentChange !== null &&
      (userAgent === 'reauthenticate' || (network === 'reauthenticate' && networkChange !== null));
    const refused = isAnother && !acceptsChange;
    const { id: sessionId, user } = session;
    const about = { sessionId, userId: user.id, refused };
    if (agentChange && (userAgent !== 'off' || isAnother)) {
      this.signals.report({ ...about, changed: 'userAgent', ...agentChange });
    }
    if (networkChange && (isAnother || isSameFamily(networkChange))) {
      this.signals.report({ ...about, changed: 'network', ...networkChange });
    }
    return !refused;
  }

  #agentChange({ userAgent: recorded }: Session, { headers }: ClientRequest): Change | null {
    const current = headers['user-agent'] ?? '';
    if (recorded === null || recorded === current) return null;
    // The name of the browser may stand behind the cut, or on the cut after an update.
    const part = recorded.length < RECORDED ? firstPart : systemPart;
    const from = this.#families.of(part(recorded));
    const to = this.#families.of(part(current));
    return from === null || from === to ? null : { from, to };
  }
}

function firstPart(userAgent: string): string {
  return userAgent.slice(0, READ);
}

/** Returns the first comment and the text before it, in which browsers name the operating system. */
function systemPart(userAgent: string): string {
  return userAgent.slice(0, userAgent.slice(0, RECORDED).indexOf(')') + 1);
}

/**
 * Returns the networks of a session and a request; `null` if both are the same or the session's is unknown.
 */
function networkChangeOf(
  { ip: recorded }: Session,
  { ip: current = '' }: ClientRequest,
): Change | null {
  if (recorded === null || recorded === current) return null;
  const from = networkOf(recorded, SIZE);
  const to = networkOf(current, SIZE);
  return from === null || from === to ? null : { from, to };
}

/** Many clients use both an IPv4 and an IPv6 address: a switch between them proves nothing. */
function isSameFamily({ from, to }: Change): boolean {
  return to !== null && from.includes(':') === to.includes(':');
}
