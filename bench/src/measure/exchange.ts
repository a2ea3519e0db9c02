import { type Agent, type IncomingHttpHeaders, request } from 'node:http';

/** A request as it is sent. */
interface PlainRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request and, where a gateway stands before the service, the question that precedes it. */
export interface Exchange extends PlainRequest {
  /** Asked first; the identity in its answer goes with the request. A refusal is the answer. */
  readonly verify?: PlainRequest;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** In which an identity comes from auth, and goes to a service. */
export const IDENTITY_HEADER = 'x-session-identity';

const OK = 200;
const NOBODY_KNOWS: Answer = { status: 503, headers: {} };

/**
 * Makes an exchange, and waits for the whole of the answer. Where the question before it has no answer it
 * is 503, as gateways have it.
 *
 * @param patience How long an answer may take, in milliseconds.
 * @throws Error when there is none
 */
export async function answerTo(
  { verify, ...plain }: Exchange,
  agent: Agent,
  patience: number,
): Promise<Answer> {
  if (verify === undefined) return send(plain, agent, patience);
  const verified = await send(verify, agent, patience).catch(() => NOBODY_KNOWS);
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

/** @returns `'too late'` when the server was just closing the kept connection: as a rule nobody has read it */
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
    sent.on('timeout', () => sent.destroy(new Error(`${url} did not answer`)));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      // https://nodejs.org/api/http.html#requestreusedsocket
      if (sent.reusedSocket && error.code === 'ECONNRESET' && !hasBegun) resolve('too late');
      else reject(error);
    });
    sent.end(body);
  });
}
