import { StringDecoder } from 'node:string_decoder';

const DELIMITER = '#';

/** Maximum number of digits in the length of a frame. */
const LONGEST_PREFIX = 10;

/**
 * Decodes messages from the frames of Nest's TCP transport: the number of characters (UTF-16 units), `#`, and
 * that many characters. A frame that is too long, or has no length, is rejected on its first bytes.
 */
export class FrameDecoder {
  readonly #decoder = new StringDecoder('utf8');
  #prefix = '';
  /** Length of the current frame; `null` while the length is read. */
  #length: number | null = null;
  #parts: string[] = [];
  #received = 0;

  /** @param longest Maximum length of a message, in characters. */
  constructor(private readonly longest: number) {}

  /** Whether a frame has begun, but not ended. */
  get isWithinFrame(): boolean {
    return this.#length !== null || this.#prefix !== '';
  }

  /**
   * @returns the complete messages
   * @throws RangeError when the data is not a frame, or the frame is too long; the connection is then
   *   unusable
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

  /** @returns the text after the length; empty while the length is incomplete */
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
