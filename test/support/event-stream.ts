import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';

export interface Message {
  id: string | undefined;
  event: string | undefined;
  data: Record<string, unknown>;
}

/** An open stream of server-sent events, with the messages received so far. */
export class EventStream {
  readonly messages: Message[] = [];
  hasEnded = false;

  private constructor(
    private readonly call: ClientRequest,
    readonly response: IncomingMessage,
  ) {
    let rest = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const blocks = (rest + chunk).split('\n\n');
      rest = blocks.pop() ?? '';
      this.messages.push(...blocks.filter((it) => it.includes('data:')).map(parse));
    });
    response.on('error', () => undefined);
    response.on('close', () => {
      this.hasEnded = true;
    });
  }

  /** Opens a stream. `ca` is the certificate to trust of an https URL. */
  static async open(
    url: string,
    cookie: string,
    { lastEventId, ca }: { lastEventId?: string; ca?: string } = {},
  ): Promise<EventStream> {
    const headers = {
      cookie: `__Host-sid=${cookie}`,
      ...(lastEventId !== undefined && { 'last-event-id': lastEventId }),
    };
    const open = url.startsWith('https:') ? requestTls : request;
    const opening = open(url, { agent: false, headers, ca });
    opening.on('error', () => undefined);
    opening.end();
    const [response] = (await once(opening, 'response')) as [IncomingMessage];
    return new EventStream(opening, response);
  }

  close(): void {
    this.call.destroy();
  }
}

function parse(block: string): Message {
  const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
  const [id, event, data = ''] = [field('id'), field('event'), field('data')];
  // A heartbeat has no data.
  return { id, event, data: JSON.parse(data === '' ? '{}' : data) as Message['data'] };
}
