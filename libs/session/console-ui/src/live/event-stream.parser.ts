/** A message of a stream of server-sent events. */
export interface StreamMessage {
  readonly id: string | null;
  readonly type: string;
  readonly data: string;
}

/**
 * Parser of server-sent events, fed with pieces of any size.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventStreamParser {
  #rest = '';
  #id: string | null = null;
  #type = '';
  #data: string[] = [];

  /** Returns the messages that this piece completes. */
  push(piece: string): StreamMessage[] {
    const lines = (this.#rest + piece).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line));
  }

  #line(line: string): StreamMessage[] {
    if (line === '') return this.#complete();
    const [, field = '', value = ''] = /^([^:]*)(?::\x20?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#type = value;
    else if (field === 'id') this.#id = value;
    return [];
  }

  #complete(): StreamMessage[] {
    const data = this.#data.join('\n');
    const type = this.#type === '' ? 'message' : this.#type;
    const isEmpty = this.#data.length === 0;
    this.#data = [];
    this.#type = '';
    return isEmpty ? [] : [{ id: this.#id, type, data }];
  }
}
