import type { ReactNode } from 'react';
import type { HealthView } from '../api/views';
import { useApi } from '../console.context';
import { Badge, type BadgeTone } from '../ui/badge';
import { Icon } from '../ui/icon';
import { countText } from '../ui/numbers';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { useInterval } from '../ui/use-interval';
import { useLoaded } from '../ui/use-loaded';
import { durationWords } from '../words/duration.words';
import { InstanceTable } from './instance-table';

const REFRESH_MS = 5000;

const TOPOLOGIES = {
  standalone: 'One server',
  sentinel: 'Sentinel',
  cluster: 'Cluster',
  none: 'No Redis: another store',
};

/** State of the server that serves this page: Redis, near-cache, calls and events. */
export default function HealthPage() {
  const api = useApi();
  const { value: health, error, reload } = useLoaded((signal) => api.health(signal));
  useInterval(reload, REFRESH_MS);
  return (
    <>
      <PageHeading>Health</PageHeading>
      <p className="muted lead">
        State of the services, and of the process that serves this page, read every five seconds.
      </p>
      {error === null ? null : <ProblemNote error={error} onRetry={reload} />}
      {health === null && error === null ? <Skeleton label="the state" /> : null}
      {health === null ? null : (
        <>
          <InstanceTable services={health.services} />
          <Sections health={health} />
        </>
      )}
    </>
  );
}

function Sections({ health }: { health: HealthView }) {
  const { redis, nearCache, revocationLag, rpc, events, records, channels, process } = health;
  return (
    <div className="grid">
      <Section title="Redis" badge={upOrDown(redis.isConnected, 'Connected', 'Not connected')}>
        <Fact name="Topology">{TOPOLOGIES[redis.topology]}</Fact>
        {redis.nodes.map(({ host, port, role }) => (
          <Fact key={`${host}:${port}`} name={role ?? 'server'}>
            <code>
              {host}:{port}
            </code>
          </Fact>
        ))}
      </Section>
      <Findings findings={redis.findings} />
      {nearCache === null ? (
        <Section title="Near-cache" badge={['neutral', 'Off']}>
          <Fact name="Reads">Each read asks the source.</Fact>
        </Section>
      ) : (
        <Section title="Near-cache" badge={upOrDown(nearCache.isLinkUp, 'Link up', 'Link down')}>
          <Fact name="Hit ratio">
            {nearCache.hitRatio === null ? (
              'no reads yet'
            ) : (
              <>
                {(nearCache.hitRatio * 100).toFixed(1)} %{' '}
                <meter min={0} max={1} value={nearCache.hitRatio} aria-label="Hit ratio" />
              </>
            )}
          </Fact>
          <Fact name="Hits, misses, bypasses">
            {countText(nearCache.hits)}, {countText(nearCache.misses)},{' '}
            {countText(nearCache.bypasses)}
          </Fact>
          <Fact name="Invalidations">{countText(nearCache.invalidations)}</Fact>
          <Fact name="Link losses">{countText(nearCache.linkLosses)}</Fact>
          <Fact name="Staleness">
            {nearCache.staleness === null
              ? 'nothing is served from memory'
              : durationWords(nearCache.staleness)}
          </Fact>
        </Section>
      )}
      <Section title="Revocation">
        {revocationLag === null || revocationLag.count === 0 ? (
          <Fact name="Lag">not measured yet</Fact>
        ) : (
          <>
            <Fact name="Last lag">{revocationLag.lastMs.toFixed(1)} ms</Fact>
            <Fact name="99 % within">{revocationLag.p99Ms.toFixed(1)} ms</Fact>
            <Fact name="Measured">{countText(revocationLag.count)}</Fact>
          </>
        )}
        <Fact name="Events lost">
          {events.lost === 0 ? '0' : <Badge tone="bad">{countText(events.lost)}</Badge>}
        </Fact>
        <Fact name="Malformed records">
          {records.malformed === 0 ? '0' : <Badge tone="bad">{countText(records.malformed)}</Badge>}
        </Fact>
      </Section>
      {rpc === null ? null : (
        <Section title="Calls" badge={upOrDown(!rpc.isOpen, 'Breaker closed', 'Breaker open')}>
          <Fact name="Calls">{countText(rpc.calls)}</Fact>
          <Fact name="Failures">{countText(rpc.failures)}</Fact>
        </Section>
      )}
      <Section title="Process">
        <Fact name="Runs for">{durationWords(process.uptime * 1000)}</Fact>
        <Fact name="Node.js">{process.node}</Fact>
        {channels === null ? null : <Fact name="Open channels">{countText(channels.open)}</Fact>}
      </Section>
    </div>
  );
}

function Findings({ findings }: { findings: HealthView['redis']['findings'] }) {
  return (
    <section className="card" aria-labelledby="findings">
      <div className="section-heading">
        <h2 id="findings">Start-up check</h2>
        {findings.length === 0 ? <Badge tone="good">Nothing found</Badge> : null}
      </div>
      {findings.length === 0 ? (
        <p className="muted">Persistence, eviction and rights of Redis fit sessions.</p>
      ) : (
        <ul className="findings">
          {findings.map(({ severity, title, fix }) => (
            <li key={title} className={severity}>
              <Icon name="warning" />
              <div>
                <strong>{title}</strong>
                <p className="muted">{sentence(fix)}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

interface SectionProperties {
  title: string;
  badge?: readonly [tone: BadgeTone, text: string];
  children: ReactNode;
}

function Section({ title, badge, children }: SectionProperties) {
  const id = title.toLowerCase();
  return (
    <section className="card" aria-labelledby={id}>
      <div className="section-heading">
        <h2 id={id}>{title}</h2>
        {badge === undefined ? null : <Badge tone={badge[0]}>{badge[1]}</Badge>}
      </div>
      <dl className="rows">{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Begins a text with a capital letter: the log continues a sentence with it. */
function sentence(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function upOrDown(isUp: boolean, up: string, down: string): readonly [BadgeTone, string] {
  return isUp ? ['good', up] : ['bad', down];
}
