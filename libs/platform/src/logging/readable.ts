import { prettyFactory } from 'pino-pretty';
import { printable, printableText } from './printable';

/** What of an entry is told in the line's text, or is the same on every line. */
const TOLD = 'service,context,event,err,request';

/**
 * Lines for people: time, level, context and message, then whatever else there is as JSON.
 *
 * @returns what makes one of an entry's JSON
 */
export function readable(colors: boolean): (json: string) => string {
  const pretty = prettyFactory({
    colorize: colors,
    customColors: 'message:reset,greyMessage:gray',
    translateTime: 'SYS:HH:MM:ss.l',
    ignore: TOLD,
    singleLine: true,
    messageFormat: (entry, messageKey) => textOf(entry, messageKey),
  });
  return (json) => printable(pretty(json));
}

function textOf(entry: Readonly<Record<string, unknown>>, messageKey: string): string {
  const { context, event, err, [messageKey]: message } = entry;
  const texts = [message, event, stackOf(err)].filter((it) => typeof it === 'string');
  const place = typeof context === 'string' ? `[${context}] ` : '';
  return place + texts.map(indented).join(' ');
}

/** What comes with a line's end may come from a request: no line of it begins as one of ours does. */
function indented(text: string): string {
  return text.split(/\r?\n/).map(printableText).join('\n    ');
}

function stackOf(err: unknown): unknown {
  return typeof err === 'object' && err !== null && 'stack' in err ? err.stack : undefined;
}
