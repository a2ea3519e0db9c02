import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';

/** Standard input: `isTTY` when somebody sits there. */
export type Input = Readable & { readonly isTTY?: boolean };

/**
 * Reads a new password: from a terminal without showing it, and twice, since who types it cannot
 * see it; else the first line. It is never an argument: every user of the machine can read those.
 *
 * @param prompts where to ask
 * @throws Error when there is none, when the two differ, when the answer was cancelled
 */
export async function readNewPassword(input: Input, prompts: Writable): Promise<string> {
  return input.isTTY === true ? askTwice(input, prompts) : firstLine(input);
}

async function askTwice(input: Input, prompts: Writable): Promise<string> {
  // In terminal mode readline itself shows what is typed, there where it is told to: nowhere.
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  const lines = terminal[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    prompts.write(question);
    const line = await lines.next();
    prompts.write('\n');
    // Ctrl-C or Ctrl-D.
    if (line.done === true) throw new Error('cancelled: nothing was changed');
    return line.value;
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('Once more: ')) !== password) {
      throw new Error('the two passwords are not the same');
    }
    return password;
  } finally {
    terminal.close();
  }
}

async function firstLine(input: Input): Promise<string> {
  const lines = createInterface({ input });
  try {
    for await (const line of lines) return line;
  } finally {
    lines.close();
  }
  throw new Error('there is no password on standard input');
}
