import { useState } from 'react';
import { useApi } from '../console.context';
import { useSessionEvents } from '../live/live';
import { Link } from '../router/link';
import { useRouter } from '../router/router';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { countText } from '../ui/numbers';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { useInterval } from '../ui/use-interval';
import { useLoaded } from '../ui/use-loaded';
import { ActivityChart } from './activity-chart';
import { ActivityTable } from './activity-table';
import { hourly, inGroups } from './activity-sums';

const REFRESH_MS = 60_000;

const STEPS_OF_HALF_AN_HOUR = 6;

/** Figures of the last day, for looking rather than reading. */
export default function OverviewPage() {
  const api = useApi();
  const { hrefOf } = useRouter();
  const [isTable, setTable] = useState(false);
  const activity = useLoaded((signal) => api.activity(signal));
  const live = useLoaded(async (signal) => {
    const { total } = await api.sessions({}, { limit: 1 }, signal);
    return { total };
  });
  const services = useLoaded((signal) => api.services(signal));
  const [since, setSince] = useState(0);
  useSessionEvents(({ type }) => {
    if (type === 'created') setSince((it) => it + 1);
    if (type === 'revoked' || type === 'expired') setSince((it) => it - 1);
  });
  useInterval(() => {
    activity.reload();
    services.reload();
  }, REFRESH_MS);
  const points = activity.value?.points ?? [];
  const sum = (name: 'signIns' | 'failures' | 'ended') =>
    countText(points.reduce((total, point) => total + point[name], 0));
  const isQuiet = points.every(({ signIns, failures, ended, active }) =>
    [signIns, failures, ended, active ?? 0].every((it) => it === 0),
  );
  const up = services.value?.filter(({ state }) => state === 'up').length;
  const total = live.value === null ? null : Math.max(0, live.value.total + since);
  return (
    <>
      <PageHeading>Overview</PageHeading>
      <ul className="tiles">
        <li className="card tile">
          <Link href={hrefOf('sessions')}>Live sessions</Link>
          <strong>{total === null ? '…' : countText(total)}</strong>
        </li>
        <li className="card tile">
          <span>Sign-ins (24 h)</span>
          <strong>{activity.value === null ? '…' : sum('signIns')}</strong>
        </li>
        <li className="card tile">
          <span>Failures (24 h)</span>
          <strong>{activity.value === null ? '…' : sum('failures')}</strong>
        </li>
        <li className="card tile">
          <Link href={hrefOf('ended')}>Ended (24 h)</Link>
          <strong>{activity.value === null ? '…' : sum('ended')}</strong>
        </li>
        <li className="card tile">
          <Link href={hrefOf('services')}>Services up</Link>
          <strong>{up === undefined ? '…' : `${up} of ${services.value?.length ?? 0}`}</strong>
        </li>
      </ul>
      <section className="card" aria-labelledby="activity">
        <div className="section-heading">
          <h2 id="activity">Last 24 hours</h2>
          <Button
            isSmall
            onPress={() => {
              setTable(!isTable);
            }}
          >
            {isTable ? 'Show as chart' : 'Show as table'}
          </Button>
        </div>
        {activity.error === null ? null : (
          <ProblemNote error={activity.error} onRetry={activity.reload} />
        )}
        {activity.value === null && activity.error === null ? (
          <Skeleton label="the chart" lines={6} />
        ) : null}
        {activity.value !== null && isQuiet ? (
          <EmptyState icon="overview" title="Nothing has happened in the last 24 hours.">
            The chart begins with the first sign-in.
          </EmptyState>
        ) : null}
        {activity.value === null || isQuiet ? null : isTable ? (
          <ActivityTable points={hourly(points)} />
        ) : (
          <ActivityChart points={inGroups(points, STEPS_OF_HALF_AN_HOUR)} />
        )}
      </section>
    </>
  );
}
