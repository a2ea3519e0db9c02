/** Outlines on a grid of 24. */
const PATHS = {
  overview: 'M4 19V5M4 19h16M8 15l4-5 3 3 5-7',
  account: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM5 20a7 7 0 0 1 14 0',
  sessions: 'M4 6h16v10H4zM9 20h6M12 16v4',
  ended: 'M12 4a8 8 0 1 0 8 8M12 8v4l3 2M16 4l4 4M20 4l-4 4',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 5a3 3 0 0 1 0 6M18 14a5 5 0 0 1 3 6',
  services: 'M4 5h16v5H4zM4 14h16v5H4zM8 7.5h.01M8 16.5h.01',
  health: 'M3 12h4l2-5 4 10 2-5h6',
  warning: 'M12 4 2.8 19.5h18.4L12 4ZM12 10v4M12 17h.01',
  check: 'm5 12.5 4.5 4.5L19 7.5',
  phone: 'M7.5 3h9v18h-9zM11 18h2',
  tablet: 'M5 3h14v18H5zM11 18h2',
  computer: 'M4 5h16v11H4zM2.5 20h19',
  program: 'M4 5h16v14H4zM7.5 9l3 3-3 3M13 15h4',
  copy: 'M9 9h10v11H9zM5 15V4h10',
  menu: 'M4 7h16M4 12h16M4 17h16',
  out: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5v14l11-7z',
} as const;

export type IconName = keyof typeof PATHS;

/** A decoration: the text next to it has the same meaning. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
