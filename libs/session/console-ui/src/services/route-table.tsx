import type { RouteView, ServiceView } from '../api/views';
import { Badge } from '../ui/badge';
import { type Column, DataTable } from '../ui/data-table';
import { requirementWords } from './requirement.words';

/** Routes of a service, with what each requires. */
export function RouteTable({ service }: { service: ServiceView }) {
  const columns: readonly Column<RouteView>[] = [
    {
      label: 'Route',
      isRowHeader: true,
      render: ({ method, path, version }) => (
        <span className="route">
          <span className="method">{method}</span> <code>{path}</code>
          {version === undefined ? null : (
            <span className="muted"> version {version.join(', ')}</span>
          )}
        </span>
      ),
    },
    {
      label: 'Requires',
      render: (route) => (
        <span className="roles">
          {requirementWords(route, service.requiredRole).map(({ text, isWarning }) => (
            <Badge key={text} tone={isWarning ? 'attention' : 'neutral'}>
              {text}
            </Badge>
          ))}
        </span>
      ),
    },
  ];
  return (
    <DataTable
      label={`Routes of ${service.service}`}
      columns={columns}
      rows={service.routes}
      keyOf={({ method, path, version = [] }) => [method, path, ...version].join(' ')}
    />
  );
}
