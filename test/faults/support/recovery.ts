import type { Knock } from './knock';

/** Whether the newest answer to everybody at each door is another than 503, to what was sent since. */
export function hasRecovered(knocks: readonly Knock[], fault: number): boolean {
  return [...byDoor(knocks).values()].every((its) => {
    const newest = its.at(-1);
    return newest !== undefined && newest.sentAt > fault && !isUnavailable(newest);
  });
}

/**
 * How long it took from the first 503 after the fault until everybody was served again at each door,
 * in milliseconds; `null` when there was no 503.
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

/** By door and visitor, in the order in which they were sent. */
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
