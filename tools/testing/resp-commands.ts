const LINE_END = '\r\n';

/**
 * Splits the data that a Redis client sends into commands, each an array of bulk strings.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
export class RespCommands {
  #rest: Buffer = Buffer.alloc(0);

  /** @returns the commands that this data completes; the rest waits for more data */
  read(data: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, data]);
    const commands: Buffer[] = [];
    for (;;) {
      const length = lengthOfFirst(this.#rest);
      if (length === null) return commands;
      commands.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
  }
}

/** Returns the number of bytes of the first command, or `null` while the command is incomplete. */
function lengthOfFirst(data: Buffer): number | null {
  const count = numberAt(data, 0);
  if (count === null) return null;
  let end = count.end;
  for (let i = 0; i < count.value; i += 1) {
    const size = numberAt(data, end);
    if (size === null) return null;
    end = size.end + size.value + LINE_END.length;
  }
  return end <= data.length ? end : null;
}

/** Reads `*2\r\n` or `$5\r\n`: a type of one byte, then a number. */
function numberAt(data: Buffer, start: number): { value: number; end: number } | null {
  const lineEnd = data.indexOf(LINE_END, start);
  if (lineEnd < 0) return null;
  const value = Number(data.toString('latin1', start + 1, lineEnd));
  return { value, end: lineEnd + LINE_END.length };
}
