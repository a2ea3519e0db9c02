import { StringDecoder } from 'node:string_decoder';

const DELIMITER = '#';

/** Digits of a length, of which a frame can have no more. */
const LONGEST_PREFIX = 10;

/**
 * Takes messages out of what Nest's TCP transport sends: the number of characters (UTF-16 units), `#`, and so
 * many characters. A frame that is too long, or has no length, is refused by its first bytes.
 */
export class FrameDecoder {
  readonly #decoder = new StringDecoder('utf8');
  #prefix = '';
  /** Of the frame that is under way; `null` while its length is read. */
  #length: number | null = null;
  #parts: string[] = [];
  #received = 0;

  /** @param longest Characters of a message. */
  constructor(private readonly longest: number) {}

  /** Whether a frame has begun and not ended. */
  get isWithinFrame(): boolean {
    return this.#length !== null || this.#prefix !== '';
  }

  /**
   * @returns the messages that are complete
   * @throws RangeError when what comes can be no frame, or too long a one; the connection is of no use then
   */
  decode(data: Buffer | string): string[] {
    let text = typeof data === 'string' ? data : this.#decoder.write(data);
    const messages: string[] = [];
    while (text !== '') {
      if (this.#length === null) text = this.#readLength(text);
      if (this.#length === null) break;
      const part = text.slice(0, this.#length - this.#received);
      this.#parts.push(part);
      this.#received += part.length;
      text = text.slice(part.length);
      if (this.#received === this.#length) messages.push(this.#take());
    }
    return messages;
  }

  /** @returns what follows the length, or nothing while it is not complete */
  #readLength(text: string): string {
    const end = text.indexOf(DELIMITER);
    this.#prefix += text.slice(0, end === -1 ? LONGEST_PREFIX + 1 : end);
    if (this.#prefix.length > LONGEST_PREFIX || /\D/.test(this.#prefix)) {
      throw new RangeError('a message does not begin with its length');
    }
    if (end === -1) return '';
    if (this.#prefix === '') throw new RangeError('a message does not begin with its length');
    const length = Number(this.#prefix);
    if (length > this.longest) {
      throw new RangeError(`a message of ${length} characters is longer than ${this.longest}`);
    }
    this.#prefix = '';
    this.#length = length;
    return text.slice(end + 1);
  }

  #take(): string {
    const message = this.#parts.join('');
    this.#parts = [];
    this.#received = 0;
    this.#length = null;
    return message;
  }
}
