import { type SubmitEvent, useEffect, useRef, useState } from 'react';
import type { AdminUserView } from '../api/views';
import { useApi } from '../console.context';
import { Link } from '../router/link';
import { useRouter } from '../router/router';
import { Badge, Roles } from '../ui/badge';
import { Button } from '../ui/button';
import { CopyableId } from '../ui/copyable-id';
import { type Column, DataTable } from '../ui/data-table';
import { EmptyState } from '../ui/empty-state';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { TextField } from '../ui/text-field';
import { Time } from '../ui/time';
import { CreateUserDialog } from './create-user-dialog';

const PAGE_SIZE = 50;

/** Users by name. */
export function UserList() {
  const api = useApi();
  const { hrefOf, navigate } = useRouter();
  const [users, setUsers] = useState<readonly AdminUserView[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [isPending, setPending] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const [search, setSearch] = useState('');
  const [searchProblem, setSearchProblem] = useState<string | null>(null);
  const abort = useRef(new AbortController());

  const load = async (known: readonly AdminUserView[]) => {
    const { signal } = abort.current;
    setPending(true);
    setError(null);
    try {
      const page = await api.users(known.at(-1)?.username, PAGE_SIZE, signal);
      setUsers([...known, ...page]);
      setHasMore(page.length === PAGE_SIZE);
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
    setPending(false);
  };
  useEffect(() => {
    abort.current = new AbortController();
    void load([]);
    return () => {
      abort.current.abort();
    };
  }, [api]);
  const find = async (event: SubmitEvent) => {
    event.preventDefault();
    const name = search.trim();
    setSearchProblem(null);
    if (name === '') return;
    try {
      const found = await api.userByName(name, abort.current.signal);
      if (found === null) setSearchProblem(`There is no user “${name}”. Check the spelling.`);
      else navigate(hrefOf('users', found.username));
    } catch (failure) {
      setError(failure);
    }
  };
  const columns: readonly Column<AdminUserView>[] = [
    {
      label: 'Username',
      isRowHeader: true,
      render: ({ username, disabled }) => (
        <>
          <Link href={hrefOf('users', username)}>{username}</Link>
          {disabled ? <Badge tone="bad">Disabled</Badge> : null}
        </>
      ),
    },
    { label: 'Roles', render: ({ roles }) => <Roles roles={roles} /> },
    { label: 'Created', render: ({ createdAt }) => <Time at={createdAt} /> },
    { label: 'Id', render: ({ id }) => <CopyableId id={id} of="user" /> },
  ];
  return (
    <>
      <PageHeading
        actions={
          <Button
            kind="primary"
            onPress={() => {
              setCreating(true);
            }}
          >
            Create user
          </Button>
        }
      >
        Users
      </PageHeading>
      <form className="search-form" role="search" onSubmit={(event) => void find(event)}>
        <TextField
          label="Go to a user"
          placeholder="Username"
          autoCapitalize="none"
          value={search}
          onChange={setSearch}
          error={searchProblem}
        />
        <Button type="submit">Go</Button>
      </form>
      {error === null ? null : <ProblemNote error={error} onRetry={() => void load(users ?? [])} />}
      {users === null && error === null ? <Skeleton label="users" /> : null}
      {users?.length === 0 ? (
        <EmptyState icon="users" title="There are no users yet.">
          Create the first one with the button above.
        </EmptyState>
      ) : null}
      {users === null || users.length === 0 ? null : (
        <DataTable label="Users" columns={columns} rows={users} keyOf={({ id }) => id} />
      )}
      {hasMore ? (
        <div className="more">
          <Button isPending={isPending} onPress={() => void load(users ?? [])}>
            Load more
          </Button>
        </div>
      ) : null}
      {isCreating ? (
        <CreateUserDialog
          onClose={() => {
            setCreating(false);
          }}
          onCreated={(user) => {
            navigate(hrefOf('users', user.username));
          }}
        />
      ) : null}
    </>
  );
}
