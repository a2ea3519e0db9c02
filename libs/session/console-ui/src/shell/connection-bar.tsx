import { useSyncExternalStore } from 'react';
import { useApi } from '../console.context';
import { Icon } from '../ui/icon';

const TEXTS = {
  offline: 'The server does not answer. This page connects again by itself.',
  store: 'The session store cannot answer. This page tries again by itself.',
};

/** A bar while requests wait for the server. It goes when they succeed. */
export function ConnectionBar() {
  const { connection } = useApi().client;
  const failure = useSyncExternalStore(connection.subscribe, () => connection.failure);
  return (
    <div role="status" className="connection">
      {failure === null ? null : (
        <p>
          <Icon name="warning" />
          {TEXTS[failure]}
        </p>
      )}
    </div>
  );
}
