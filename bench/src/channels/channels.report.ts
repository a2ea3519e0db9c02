import { grouped } from '../measure/grouped';
import { percentile } from '../measure/percentile';
import { atMost } from '../measure/ratio-goal';
import { rounded } from '../measure/rounded';
import type { Goal, SuiteResult, Table } from '../suite';
import type { ChannelsPlan } from './channels.plan';
import { LABELS } from './gateway-variants';
import type { BanResult } from './measure-bans';
import { type DelaysResult, PACE } from './measure-delays';
import type { MemoryResult } from './measure-memory';
import type { MessagesResult } from './measure-messages';

const KILOBYTE = 1e3;

/** Everything measured. */
export interface ChannelsFigures {
  readonly memory: readonly MemoryResult[];
  readonly bans: readonly BanResult[];
  readonly messages: readonly MessagesResult[];
  readonly delays: readonly DelaysResult[];
}

/** Limits of the goals. */
const MOST_HEAP = 2;
const MOST_STALL = 100;
const MOST_P99 = 25;

export function channelsReport(figures: ChannelsFigures, plan: ChannelsPlan): SuiteResult {
  return {
    tables: [
      memoryTable(figures.memory, plan),
      messagesTable(figures.messages),
      delaysTable(figures.delays),
      bansTable(figures.bans, plan),
    ],
    goals: goalsOf(figures),
    notes: [
      `Plain WebSockets on @nestjs/platform-ws. The service is one process, the clients are two others, and the sessions are created and revoked in a fourth.`,
      `Memory: each socket has a session of its own with eight roles. Heap and RSS are read after garbage collections, with ${grouped(plan.warmUpSockets)} sockets and with ${grouped(plan.sockets)} more.`,
      `Messages: 32 clients, each with one message in flight. "Under load": ${grouped(PACE)} messages/s.`,
      'A ban is one call of `revokeAll()`; medians of several. "Longest stall before" is that of the idle service in two seconds: the clients and other processes share the cores.',
    ],
    data: figures,
  };
}

function memoryTable(memory: readonly MemoryResult[], { sockets }: ChannelsPlan): Table {
  const bare = memory[0];
  return {
    title: `${grouped(sockets)} open sockets`,
    columns: [
      'service',
      'heap per socket, kB',
      'times',
      'RSS per socket, kB',
      'times',
      'timers before',
      'timers after',
      'Redis commands per socket and minute',
      'CPU of the service, %',
    ],
    rows: memory.map((it) => [
      LABELS[it.variant],
      rounded(it.heap / KILOBYTE),
      rounded(it.heap / (bare?.heap ?? NaN), 2),
      rounded(it.rss / KILOBYTE),
      rounded(it.rss / (bare?.rss ?? NaN), 2),
      it.timersBefore,
      it.timersAfter,
      rounded(it.commandsPerMinute),
      rounded(it.cpu),
    ]),
  };
}

function messagesTable(messages: readonly MessagesResult[]): Table {
  const bare = messages[0];
  return {
    title: 'Messages that a handler echoes (per message; µs of CPU)',
    columns: ['service', 'CPU', 'added', 'times', 'messages/s', 'Redis commands'],
    rows: messages.map((it) => [
      LABELS[it.variant],
      rounded(it.cpu),
      rounded(it.cpu - (bare?.cpu ?? NaN)),
      rounded(it.cpu / (bare?.cpu ?? NaN), 2),
      Math.round(it.perSecond),
      rounded(it.commands, 2),
    ]),
  };
}

function delaysTable(delays: readonly DelaysResult[]): Table {
  return {
    title: 'From revoke() in one process to the close frame at a client of another, ms',
    columns: ['service', 'messages/s', 'revocations', 'p50', 'p99', 'max'],
    rows: delays.map((it) => [
      LABELS[it.variant],
      Math.round(it.perSecond),
      it.delays.length,
      ...[50, 99, 100].map((percent) => rounded(percentile(it.delays, percent), 2)),
    ]),
  };
}

function bansTable(bans: readonly BanResult[], { sockets }: ChannelsPlan): Table {
  return {
    title: `Ban of a user with ${grouped(sockets)} open sockets, ms`,
    columns: [
      'service',
      'sessions',
      'revokeAll()',
      'last close frame',
      'terminated',
      'CPU of the service',
      'longest stall',
      'longest stall before',
    ],
    rows: bans.map((it) => [
      LABELS[it.variant],
      it.sessions,
      ...[it.call, it.closed, it.terminated, it.cpu, it.stall, it.idleStall].map(Math.round),
    ]),
  };
}

function goalsOf({ memory, bans, delays }: ChannelsFigures): Goal[] {
  const [bare, ...guarded] = memory;
  return [
    ...guarded.map(({ variant, heap }) =>
      atMost(`heap per socket, ${LABELS[variant]}`, MOST_HEAP, heap / (bare?.heap ?? 0), 'times'),
    ),
    ...guarded.map(({ variant, timersBefore, timersAfter }) =>
      atMost(`timers that sockets add, ${LABELS[variant]}`, 5, timersAfter - timersBefore, ''),
    ),
    atMost(
      'stall of the event loop that a ban adds',
      MOST_STALL,
      Math.max(...bans.map(({ stall, idleStall }) => stall - idleStall)),
      'ms',
    ),
    ...delays.map(({ variant, perSecond, delays: times }) =>
      atMost(
        `p99 from revoke() to the close frame, ${LABELS[variant]}, ${perSecond > 0 ? 'under load' : 'idle'}`,
        MOST_P99,
        percentile(times, 99),
        'ms',
      ),
    ),
  ];
}
