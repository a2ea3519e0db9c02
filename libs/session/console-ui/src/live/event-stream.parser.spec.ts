import { EventStreamParser } from './event-stream.parser';

const STREAM = [
  ': heartbeat\n\n',
  'id: 1-0\nevent: created\ndata: {"a":1}\n\n',
  'event: revoked\r\ndata:first\r\ndata: second\r\n\r\n',
  'retry: 1000\n\n',
  'data\n\n',
].join('');

const MESSAGES = [
  { id: '1-0', type: 'created', data: '{"a":1}' },
  { id: '1-0', type: 'revoked', data: 'first\nsecond' },
  { id: '1-0', type: 'message', data: '' },
];

describe('the parser of event streams', () => {
  it('reads ids, types and data of several lines, and skips comments', () => {
    expect(new EventStreamParser().push(STREAM)).toEqual(MESSAGES);
  });

  it('reads the same messages from pieces of any size', () => {
    for (let size = 1; size < STREAM.length; size++) {
      const parser = new EventStreamParser();
      const messages = [];
      for (let at = 0; at < STREAM.length; at += size) {
        messages.push(...parser.push(STREAM.slice(at, at + size)));
      }
      expect([size, messages]).toEqual([size, MESSAGES]);
    }
  });

  it('holds a message until the empty line after it', () => {
    const parser = new EventStreamParser();
    expect(parser.push('data: 1\n')).toEqual([]);
    expect(parser.push('\n')).toHaveLength(1);
  });
});
