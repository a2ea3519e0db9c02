/** Takes the place of content that loads. @param label Content that is awaited, such as `sessions`. */
export function Skeleton({ label, lines = 5 }: { label: string; lines?: number }) {
  return (
    <div className="skeleton" role="status">
      <span className="hidden">Loading {label} …</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="bone" />
      ))}
    </div>
  );
}
