import type { SessionView } from '../api/views';
import { Badge } from '../ui/badge';
import { Button } from '../ui/button';
import { CopyableId } from '../ui/copyable-id';
import { Icon } from '../ui/icon';
import { Time } from '../ui/time';
import { addressWords } from '../words/address.words';
import { userAgentWords } from '../words/user-agent.words';

/** A session of the reader: device, place and times. */
export function OwnSessionCard({ session, onEnd }: { session: SessionView; onEnd: () => void }) {
  const { name, kind } = userAgentWords(session.userAgent);
  return (
    <li className={session.current ? 'card own-session current' : 'card own-session'}>
      <span className="device">
        <Icon name={kind} />
      </span>
      <div className="own-session-text">
        <h3>
          {name} {session.current ? <Badge tone="accent">This session</Badge> : null}
        </h3>
        <p className="muted">
          {addressWords(session.ip)}
          {session.ip === null ? null : <> · {session.ip}</>}
        </p>
        <dl className="facts">
          <div>
            <dt>Signed in</dt>
            <dd>
              <Time at={session.createdAt} />
            </dd>
          </div>
          <div>
            <dt>Last seen</dt>
            <dd>
              <Time at={session.lastSeenAt} />
            </dd>
          </div>
          <div>
            <dt>Expires unless used</dt>
            <dd>
              <Time at={session.expiresAt} />
            </dd>
          </div>
          <div>
            <dt>Ends at the latest</dt>
            <dd>
              <Time at={session.absoluteExpiresAt} />
            </dd>
          </div>
          <div>
            <dt>Id</dt>
            <dd>
              <CopyableId id={session.id} of="session" />
            </dd>
          </div>
        </dl>
      </div>
      <Button aria-label={`End the session on ${name}`} onPress={onEnd}>
        End
      </Button>
    </li>
  );
}
