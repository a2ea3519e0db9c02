import { IntrospectionClient } from '../introspection.client.js';

/** Answers that a test sets, even answers that no sane service would give. */
type ScriptedAnswers = Record<string, (data: { id: string }) => unknown>;

/** Client with the answers that a test sets, without a network. Messages are copied as JSON. */
export class ScriptedClient extends IntrospectionClient {
  /** Sent messages in order: the pattern and the data. */
  readonly received: [pattern: string, data: object][] = [];
  /** Next answers, by pattern. A promise that never settles is an answer that never comes. */
  answers: ScriptedAnswers = {};

  connect(): Promise<void> {
    return Promise.resolve();
  }

  async send(pattern: string, request: object): Promise<unknown> {
    const data = copyOf(request) as { id: string };
    this.received.push([pattern, data]);
    return copyOf(await this.answers[pattern]?.(data));
  }

  disconnect(): Promise<void> {
    return Promise.resolve();
  }
}

function copyOf(message: unknown): unknown {
  return message === undefined ? undefined : JSON.parse(JSON.stringify(message));
}
