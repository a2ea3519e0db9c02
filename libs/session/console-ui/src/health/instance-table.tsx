import type { HealthView, ProcessView } from '../api/views';
import { Badge } from '../ui/badge';
import { type Column, DataTable } from '../ui/data-table';
import { countText } from '../ui/numbers';
import { durationWords } from '../words/duration.words';

interface Instance extends ProcessView {
  readonly service: string;
  readonly instance: string;
}

/** Instances of the services, as each has reported its state with its last heartbeat. */
export function InstanceTable({ services }: { services: HealthView['services'] }) {
  const rows = services.flatMap(({ service, instances }) =>
    instances.map((it) => ({ ...it, service })),
  );
  const silent = services.filter(({ instances }) => instances.length === 0);
  return (
    <section className="card" aria-labelledby="instances">
      <h2 id="instances">Services</h2>
      {rows.length === 0 ? null : (
        <DataTable
          label="Instances of the services"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ service, instance }) => `${service} ${instance}`}
        />
      )}
      {silent.length === 0 ? null : (
        <p className="muted">
          No report from {silent.map(({ service }) => service).join(', ')}: not running, or without
          Redis of its own.
        </p>
      )}
    </section>
  );
}

const COLUMNS: readonly Column<Instance>[] = [
  {
    label: 'Instance',
    isRowHeader: true,
    render: ({ service, instance }) => (
      <>
        {service} <code className="muted">{instance}</code>
      </>
    ),
  },
  {
    label: 'Redis',
    render: ({ redis }) => {
      if (redis.topology === 'none') return 'none';
      return (
        <>
          <Badge tone={redis.isConnected ? 'good' : 'bad'}>
            {redis.isConnected ? 'Connected' : 'Not connected'}
          </Badge>
          {redis.findings.length === 0 ? null : (
            <span className="muted"> {findingsText(redis.findings.length)}</span>
          )}
        </>
      );
    },
  },
  {
    label: 'Near-cache',
    render: ({ nearCache }) => {
      if (nearCache === null) return 'off';
      if (!nearCache.isLinkUp) return <Badge tone="bad">Link down</Badge>;
      const { hitRatio, linkLosses } = nearCache;
      const hits = hitRatio === null ? 'no reads yet' : `${(hitRatio * 100).toFixed(1)} % hits`;
      return linkLosses === 0 ? hits : `${hits}, link lost ${countText(linkLosses)} times`;
    },
  },
  {
    label: 'Lost or malformed',
    render: ({ events, records }) => {
      const count = events.lost + records.malformed;
      return count === 0 ? '0' : <Badge tone="bad">{countText(count)}</Badge>;
    },
  },
  { label: 'Runs for', render: ({ process }) => durationWords(process.uptime * 1000) },
];

function findingsText(count: number): string {
  return count === 1 ? '1 finding' : `${count} findings`;
}
