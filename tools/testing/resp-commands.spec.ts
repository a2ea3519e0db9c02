import { RespCommands } from './resp-commands';

const GET = '*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n';
const SET = '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$6\r\n*1\r\n$4\r\n';

const read = (commands: RespCommands, text: string) => commands.read(Buffer.from(text)).map(String);

describe('RespCommands', () => {
  it('splits a pipeline into its commands, whatever their values contain', () => {
    expect(read(new RespCommands(), GET + SET + GET)).toEqual([GET, SET, GET]);
  });

  it('waits for the rest of a command that arrives in pieces', () => {
    for (let i = 1; i < SET.length; i += 1) {
      const commands = new RespCommands();
      expect(read(commands, GET + SET.slice(0, i))).toEqual([GET]);
      expect(read(commands, SET.slice(i) + GET)).toEqual([SET, GET]);
    }
  });
});
