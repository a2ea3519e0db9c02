import type { AdminSessionView } from '../api/views';
import { useApi } from '../console.context';
import { Link } from '../router/link';
import { useRouter } from '../router/router';
import { Badge, Roles } from '../ui/badge';
import { Button } from '../ui/button';
import { CopyableId } from '../ui/copyable-id';
import { type Column, DataTable } from '../ui/data-table';
import { Time } from '../ui/time';
import { addressWords } from '../words/address.words';
import { endReasonWords } from '../words/end-reason.words';
import { userAgentWords } from '../words/user-agent.words';
import type { SessionRow } from './session-list';
import type { Hold } from './use-hold';

interface Properties {
  rows: readonly SessionRow[];
  handlers?: Hold['handlers'];
  onEnd: (session: AdminSessionView) => void;
}

/** Sessions of many users. */
export function SessionTable({ rows, handlers, onEnd }: Properties) {
  const columns: Column<SessionRow>[] = [
    {
      label: 'User',
      isRowHeader: true,
      render: ({ session, mark }) => (
        <>
          <UserLink session={session} />
          {session.current ? <Badge tone="accent">This session</Badge> : null}
          {mark === 'new' ? <Badge tone="good">New</Badge> : null}
          {mark === 'changed' ? <Badge tone="attention">Changed</Badge> : null}
        </>
      ),
    },
    { label: 'Roles', render: ({ session }) => <Roles roles={session.roles} /> },
    {
      label: 'Device',
      render: ({ session }) => (
        <span>
          <span className="device-name">{userAgentWords(session.userAgent).name}</span>
          <span className="muted line">
            {addressWords(session.ip)} {session.ip}
          </span>
        </span>
      ),
    },
    { label: 'Signed in', render: ({ session }) => <Time at={session.createdAt} /> },
    { label: 'Last seen', render: ({ session }) => <Time at={session.lastSeenAt} /> },
    { label: 'Expires', render: ({ session }) => <Time at={session.expiresAt} /> },
    { label: 'Id', render: ({ session }) => <CopyableId id={session.id} of="session" /> },
    {
      label: 'Action',
      isLabelHidden: true,
      render: ({ session, mark, end }) =>
        mark === 'ended' ? (
          <Badge tone="bad">{endReasonWords(end?.type ?? 'revoked', end?.reason ?? null)}</Badge>
        ) : (
          <Button
            isSmall
            aria-label={`End the session of ${session.user.username}`}
            onPress={() => {
              onEnd(session);
            }}
          >
            End
          </Button>
        ),
    },
  ];
  return (
    <DataTable
      label="Sessions"
      columns={columns}
      rows={rows}
      keyOf={({ session }) => session.id}
      classOf={({ mark }) => mark}
      {...handlers}
    />
  );
}

function UserLink({ session }: { session: AdminSessionView }) {
  const { users } = useApi().config;
  const { hrefOf } = useRouter();
  const { username } = session.user;
  return users === null ? (
    <span>{username}</span>
  ) : (
    <Link href={hrefOf('users', username)}>{username}</Link>
  );
}
