import type { ServiceView } from '../api/views';
import { useApi } from '../console.context';
import { Badge } from '../ui/badge';
import { EmptyState } from '../ui/empty-state';
import { PageHeading } from '../ui/page-heading';
import { ProblemNote } from '../ui/problem-note';
import { Skeleton } from '../ui/skeleton';
import { Time } from '../ui/time';
import { useInterval } from '../ui/use-interval';
import { useLoaded } from '../ui/use-loaded';
import { AccessQuestion } from './access-question';
import { RouteTable } from './route-table';

/** Services publish their state about once a minute. Milliseconds. */
const REFRESH_MS = 30_000;

const STATES = {
  up: ['good', 'Up'],
  stale: ['attention', 'Not seen recently'],
  missing: ['bad', 'No routes published'],
} as const;

/** Services with their routes, and an answer to the question of access. */
export default function ServicesPage() {
  const api = useApi();
  const { value: services, error, reload } = useLoaded((signal) => api.services(signal));
  useInterval(reload, REFRESH_MS);
  return (
    <>
      <PageHeading>Services</PageHeading>
      <AccessQuestion services={services ?? []} />
      {error === null ? null : <ProblemNote error={error} onRetry={reload} />}
      {services === null && error === null ? <Skeleton label="services" /> : null}
      {services?.length === 0 ? (
        <EmptyState icon="services" title="No service publishes its routes.">
          Import SessionAccessModule in a service, and name the service on the server of this page.
        </EmptyState>
      ) : null}
      {services?.map((service) => (
        <Service key={service.service} service={service} />
      ))}
    </>
  );
}

function Service({ service }: { service: ServiceView }) {
  const [tone, text] = STATES[service.state];
  const heading = `service-${service.service}`;
  return (
    <section className="card" aria-labelledby={heading}>
      <div className="section-heading">
        <h2 id={heading}>{service.service}</h2>
        <Badge tone={tone}>{text}</Badge>
      </div>
      <dl className="facts">
        <div>
          <dt>Required role</dt>
          <dd>{service.requiredRole ?? <span className="muted">none</span>}</dd>
        </div>
        <div>
          <dt>Release</dt>
          <dd>{service.release ?? <span className="muted">not published</span>}</dd>
        </div>
        <div>
          <dt>Router</dt>
          <dd>{service.router ?? <span className="muted">unknown</span>}</dd>
        </div>
        <div>
          <dt>Last seen</dt>
          <dd>{service.seenAt === null ? 'never' : <Time at={service.seenAt} />}</dd>
        </div>
      </dl>
      {service.routes.length === 0 ? (
        <p className="muted">Start the service once: it publishes its routes when it is ready.</p>
      ) : (
        <details>
          <summary>
            {service.routes.length} {service.routes.length === 1 ? 'route' : 'routes'}
          </summary>
          <RouteTable service={service} />
        </details>
      )}
    </section>
  );
}
