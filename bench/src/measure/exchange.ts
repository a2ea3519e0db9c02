import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A plain HTTP request. */
interface PlainRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request and, behind a gateway, the verification that precedes it. */
export interface Exchange extends PlainRequest {
  /** Sent first. The identity in its answer goes with the request; a refusal is the final answer. */
  readonly verify?: PlainRequest;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Header of the signed identity that auth returns and a service receives. */
export const IDENTITY_HEADER = 'x-session-identity';

const OK = 200;
const UNREACHABLE: Answer = { status: 503, headers: {} };

/**
 * Sends an exchange and reads the whole answer. A verification without an answer counts as 503, as at a
 * gateway.
 *
 * @param patience Time limit of an answer in milliseconds.
 * @throws Error without an answer
 */
export async function answerTo(
  { verify, ...plain }: Exchange,
  agent: Agent,
  patience: number,
): Promise<Answer> {
  if (verify === undefined) return send(plain, agent, patience);
  const verified = await send(verify, agent, patience).catch(() => UNREACHABLE);
  if (verified.status !== OK) return verified;
  const identity = String(verified.headers[IDENTITY_HEADER]);
  const headers = { ...plain.headers, [IDENTITY_HEADER]: identity };
  return send({ ...plain, headers }, agent, patience);
}

async function send(plain: PlainRequest, agent: Agent, patience: number): Promise<Answer> {
  for (;;) {
    const answer = await trySend(plain, agent, patience);
    if (answer !== 'too late') return answer;
  }
}

/** @returns `'too late'` when the server closed the kept connection before it read the request */
function trySend(
  { url, method = 'GET', headers, body }: PlainRequest,
  agent: Agent,
  patience: number,
): Promise<Answer | 'too late'> {
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    const sent = request(url, { agent, method, headers, timeout: patience }, (response) => {
      hasBegun = true;
      response.resume();
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      });
      response.on('error', reject);
    });
    sent.on('timeout', () =>
      sent.destroy(new Error(`${url} did not answer within ${patience} ms`)),
    );
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // https://nodejs.org/api/http.html#requestreusedsocket
      if (sent.reusedSocket && error.code === 'ECONNRESET' && !hasBegun) resolve('too late');
      else reject(error);
    });
    sent.end(body);
  });
}
