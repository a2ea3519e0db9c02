import { prettyFactory } from 'pino-pretty';
import { printable, printableText } from './printable';

/**
 * Fields that a line's JSON omits: its text holds `context`, `event` and `err`; `service` and `request` are
 * omitted.
 */
const PRINTED_FIELDS = 'service,context,event,err,request';

/**
 * Formats lines for people: time, level, context and message, then all other fields as JSON.
 *
 * @returns function that formats an entry's JSON as a line
 */
export function readable(colors: boolean): (json: string) => string {
  const pretty = prettyFactory({
    colorize: colors,
    customColors: 'message:reset,greyMessage:gray',
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: PRINTED_FIELDS,
    singleLine: true,
    messageFormat: (entry, messageKey) => textOf(entry, messageKey),
  });
  return (json) => printable(pretty(json));
}

function textOf(entry: Readonly<Record<string, unknown>>, messageKey: string): string {
  const { context, event, err, [messageKey]: message } = entry;
  const texts = [message, event, stackOf(err)].filter((it) => typeof it === 'string');
  const prefix = typeof context === 'string' ? `[${context}] ` : '';
  return prefix + texts.map(indented).join(' ');
}

/**
 * Indents all lines but the first. Text with line ends may come from a request, and must not imitate a log
 * line.
 */
function indented(text: string): string {
  return text.split(/\r?\n/).map(printableText).join('\n    ');
}

function stackOf(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'stack' in err ? err.stack : undefined;
}
