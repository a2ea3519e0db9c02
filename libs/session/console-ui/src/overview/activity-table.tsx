import type { ActivityPoint } from '../api/views';
import { type Column, DataTable } from '../ui/data-table';
import { countText } from '../ui/numbers';

const HOUR = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
});

const COLUMNS: readonly Column<ActivityPoint>[] = [
  { label: 'Hour from', isRowHeader: true, render: ({ at }) => HOUR.format(at) },
  { label: 'Sign-ins', render: ({ signIns }) => countText(signIns) },
  { label: 'Failures', render: ({ failures }) => countText(failures) },
  { label: 'Ended', render: ({ ended }) => countText(ended) },
  {
    label: 'Active sessions',
    render: ({ active }) => (active === null ? 'not measured' : countText(active)),
  },
];

/** The figures of the chart by the hour, the latest first. */
export function ActivityTable({ points }: { points: readonly ActivityPoint[] }) {
  return (
    <DataTable
      label="Activity by the hour"
      columns={COLUMNS}
      rows={points.toReversed()}
      keyOf={({ at }) => String(at)}
    />
  );
}
