import { createInterface } from 'node:readline';
import { Writable, type Readable } from 'node:stream';

/** Standard input; `isTTY` when it is a terminal. */
export type Input = Readable & { readonly isTTY?: boolean };

/**
 * Reads a new password. From a terminal, it is read twice without being shown, since the user cannot see it.
 * From other input, it is the first line. It is never an argument: every user of the machine can read
 * arguments.
 *
 * @param prompts stream for the prompts
 * @throws Error when there is no password, the two passwords differ, or the input is cancelled
 */
export async function readNewPassword(input: Input, prompts: Writable): Promise<string> {
  return input.isTTY === true ? askTwice(input, prompts) : firstLine(input);
}

async function askTwice(input: Input, prompts: Writable): Promise<string> {
  // In terminal mode, readline itself shows what is typed on its output: here, nowhere.
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
      throw new Error('the two passwords do not match');
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
