import type { ActivityPoint } from '../api/views';
import { useMedia } from '../ui/use-media';
import { countText } from '../ui/numbers';
import { linePath, scaleFor } from './chart-scale';

const HEIGHT = 120;

/** Width of the lines, so that labels are legible on narrow screens too. */
const WIDE = 720;
const NARROW = 270;

const HOUR = new Intl.DateTimeFormat(undefined, { hour: 'numeric' });

interface Series {
  readonly name: string;
  readonly className: string;
  readonly values: readonly (number | null)[];
}

/** Sign-ins and failures as lines over active sessions, each with an axis of its own. */
export function ActivityChart({ points }: { points: readonly ActivityPoint[] }) {
  return (
    <div className="chart">
      <Panel
        title="Active sessions"
        points={points}
        series={[
          { name: 'Active sessions', className: 'active', values: points.map((it) => it.active) },
        ]}
      />
      <Panel
        title="Sign-ins and failures"
        unit="in half an hour"
        points={points}
        series={[
          { name: 'Sign-ins', className: 'sign-ins', values: points.map((it) => it.signIns) },
          { name: 'Failures', className: 'failures', values: points.map((it) => it.failures) },
        ]}
      />
    </div>
  );
}

interface PanelProperties {
  title: string;
  /** Span of time that each value counts. */
  unit?: string;
  points: readonly ActivityPoint[];
  series: readonly Series[];
}

function Panel({ title, unit, points, series }: PanelProperties) {
  const { top, ticks } = scaleFor(
    Math.max(...series.flatMap(({ values }) => values.map((it) => it ?? 0))),
  );
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  const width = useMedia('(max-width: 40rem)') ? NARROW : WIDE;
  const hours = marks(points, width);
  return (
    <figure>
      <figcaption>
        <span>
          {title}
          {unit === undefined ? null : <span className="muted"> {unit}</span>}
        </span>
        {series.length < 2 ? null : (
          <span className="legend">
            {series.map(({ name, className }) => (
              <span key={name} className={className}>
                <svg viewBox="0 0 20 8" aria-hidden="true">
                  <path d="M0 4h20" />
                </svg>
                {name}
              </span>
            ))}
          </span>
        )}
      </figcaption>
      <svg
        viewBox={`-40 -8 ${width + 56} ${HEIGHT + 32}`}
        role="img"
        aria-label={summary(title, series)}
      >
        {ticks.map((tick) => (
          <g key={tick} className="grid-line">
            <path d={`M0 ${y(tick)}H${width}`} />
            <text x={-8} y={y(tick) + 4} textAnchor="end">
              {countText(tick)}
            </text>
          </g>
        ))}
        {hours.map(({ x, at }) => (
          <text key={at} className="hour" x={x} y={HEIGHT + 20} textAnchor="middle">
            {HOUR.format(at)}
          </text>
        ))}
        {series.map(({ name, className, values }) => (
          <path
            key={name}
            className={`line ${className}`}
            d={linePath(values, top, width, HEIGHT)}
          />
        ))}
      </svg>
    </figure>
  );
}

const HOUR_MS = 3_600_000;

/** Places of the full hours that have a label: every fourth. */
function marks(points: readonly ActivityPoint[], width: number): { x: number; at: number }[] {
  const first = points[0]?.at ?? 0;
  const span = (points.at(-1)?.at ?? 0) - first;
  const result: { x: number; at: number }[] = [];
  for (let at = Math.ceil(first / HOUR_MS) * HOUR_MS; at <= first + span; at += HOUR_MS) {
    const isMark = new Date(at).getHours() % 4 === 0;
    if (isMark && span > 0) result.push({ x: ((at - first) / span) * width, at });
  }
  return result;
}

function summary(title: string, series: readonly Series[]): string {
  const parts = series.map(({ name, values }) => {
    const known = values.filter((it) => it !== null);
    return `${name}: at most ${countText(Math.max(0, ...known))}, now ${countText(known.at(-1) ?? 0)}`;
  });
  return `${title} of the last 24 hours. ${parts.join('. ')}. The button above shows a table.`;
}
