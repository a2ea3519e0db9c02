import type { Knock } from './knock';

/**
 * Whether each visitor's latest request to each route was sent after the fault and answered without a 503.
 */
export function hasRecovered(knocks: readonly Knock[], fault: number): boolean {
  return [...byDoor(knocks).values()].every((its) => {
    const newest = its.at(-1);
    return newest !== undefined && newest.sentAt > fault && !isUnavailable(newest);
  });
}

/**
 * Returns the time from the first 503 after the fault until all visitors were served again at each route, in
 * milliseconds; `null` without a 503.
 */
export function recoveryTime(knocks: readonly Knock[], fault: number): number | null {
  const since = knocks.filter(({ answeredAt }) => answeredAt > fault);
  const outages = [...byDoor(since).values()].flatMap((its) => {
    const first = its.find(isUnavailable);
    const back = its[its.findLastIndex(isUnavailable) + 1];
    return first ? [{ from: Math.max(fault, first.sentAt), to: back?.answeredAt ?? Infinity }] : [];
  });
  if (outages.length === 0) return null;
  return Math.max(...outages.map(({ to }) => to)) - Math.min(...outages.map(({ from }) => from));
}

/** Groups requests by route and visitor, in the order in which they were sent. */
function byDoor(knocks: readonly Knock[]): Map<string, Knock[]> {
  const groups = new Map<string, Knock[]>();
  for (const it of [...knocks].sort((a, b) => a.sentAt - b.sentAt)) {
    const door = `${it.service} ${it.visitor.token}`;
    const group = groups.get(door);
    if (group) group.push(it);
    else groups.set(door, [it]);
  }
  return groups;
}

function isUnavailable({ outcome }: Knock): boolean {
  return outcome instanceof Error || outcome.status === 503;
}
