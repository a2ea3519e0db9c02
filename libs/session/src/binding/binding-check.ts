import { networkOf } from '../address/network.js';
import type { BindingRules } from '../options/binding.options.js';
import type { Session } from '../session/session.js';
import type { BindingSignal } from './binding-signal.js';
import type { BindingSignals } from './binding-signals.js';
import { UserAgentFamilies } from './user-agent-families.js';

/** What Express' and Fastify's requests tell of the client. */
export interface ClientRequest {
  readonly headers: { readonly 'user-agent'?: string | undefined };
  /** As the adapter has it: behind a proxy that it trusts, the client's own. */
  readonly ip?: string | undefined;
}

type Change = Pick<BindingSignal, 'from' | 'to'>;

/** Carriers give addresses of many networks out: so coarse that few of them make a difference. */
const SIZE = { ipv4: 16, ipv6: 32 };

/** What a session's record holds of a User-Agent, in characters: a longer one is cut there. */
const RECORDED = 256;

/** What is read of a request's: an update may have made one longer that was not cut. */
const READ = 2 * RECORDED;

/** Whether a request comes from the client that a session belongs to, as far as can be seen. */
export class BindingCheck {
  readonly #families = new UserAgentFamilies();

  constructor(
    private readonly rules: BindingRules,
    private readonly signals: BindingSignals,
  ) {}

  /**
   * Tells what has changed since the user last proved who they are.
   *
   * @param acceptsChange Lets the request pass whatever has changed.
   * @returns whether it may pass
   */
  allows(session: Session, request: ClientRequest, acceptsChange: boolean): boolean {
    const { userAgent, network } = this.rules;
    const isAgentRead = userAgent !== 'off' || network === 'reauthenticate';
    const agent = isAgentRead ? this.#agentChange(session, request) : null;
    const place = network === 'off' ? null : placeOf(session, request);
    const isAnother =
      agent !== null &&
      (userAgent === 'reauthenticate' || (network === 'reauthenticate' && place !== null));
    const refused = isAnother && !acceptsChange;
    const { id: sessionId, user } = session;
    const about = { sessionId, userId: user.id, refused };
    if (agent && (userAgent !== 'off' || isAnother)) {
      this.signals.tell({ ...about, changed: 'userAgent', ...agent });
    }
    if (place && (isAnother || isElsewhere(place))) {
      this.signals.tell({ ...about, changed: 'network', ...place });
    }
    return !refused;
  }

  #agentChange({ userAgent: recorded }: Session, { headers }: ClientRequest): Change | null {
    const current = headers['user-agent'] ?? '';
    if (recorded === null || recorded === current) return null;
    // Which browser it is may stand behind the cut, or on it after an update.
    const part = recorded.length < RECORDED ? firstPart : systemPart;
    const from = this.#families.of(part(recorded));
    const to = this.#families.of(part(current));
    return from === null || from === to ? null : { from, to };
  }
}

function firstPart(userAgent: string): string {
  return userAgent.slice(0, READ);
}

/** The first comment and what stands before it: there browsers name the operating system. */
function systemPart(userAgent: string): string {
  return userAgent.slice(0, userAgent.slice(0, RECORDED).indexOf(')') + 1);
}

/** The networks of a session and a request, unless they are known to be one. */
function placeOf({ ip: recorded }: Session, { ip: current = '' }: ClientRequest): Change | null {
  if (recorded === null || recorded === current) return null;
  const from = networkOf(recorded, SIZE);
  const to = networkOf(current, SIZE);
  return from === null || from === to ? null : { from, to };
}

/** Many clients have an IPv4 and an IPv6 address, and use both: from one to the other says nothing. */
function isElsewhere({ from, to }: Change): boolean {
  return to !== null && from.includes(':') === to.includes(':');
}
