import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { cpuTime } from './cpu-time';
import { createServer } from './create-server';
import { injectLoad } from './injected-load';
import { type Inject, injectorOf } from './injector';
import type { CpuAnswer, InjectAnswer, Numbered, ServerQuestion, ServerReady } from './messages';
import type { Adapter } from './protection';
import { variantOf } from './variants';

/** A server process: one variant on one adapter. Arguments: adapter, variant, URL of Redis. */
async function main(): Promise<void> {
  const [adapter, name = '', redisUrl = ''] = process.argv.slice(2) as [Adapter, string?, string?];
  const factory = await variantOf(adapter, name).load();
  const protection = await factory({ adapter, redisUrl });
  const app = await createServer(adapter, protection);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as Server).address() as AddressInfo;
  const credentials = await protection.credentials(app, `http://127.0.0.1:${port}`);
  const newInject = injectorOf(app);

  process.on('message', ({ number, content }: Numbered<ServerQuestion>) => {
    answer(content, newInject).then(
      (reply) => {
        send(number, reply);
      },
      (error: unknown) => {
        fail(error);
      },
    );
  });
  send(0, { port, credentials } satisfies ServerReady);
}

async function answer(
  question: ServerQuestion,
  newInject: () => Inject,
): Promise<CpuAnswer | InjectAnswer> {
  switch (question.ask) {
    case 'cpu':
      return { cpu: cpuTime() };
    case 'inject':
      return injectLoad(newInject, question.credential, question.inFlight, question.milliseconds);
  }
}

function send(number: number, content: object): void {
  process.send?.({ number, content } satisfies Numbered<object>);
}

function fail(error: unknown): void {
  console.error(error);
  process.exit(1);
}

// The parent is gone.
process.on('disconnect', () => {
  process.exit();
});
main().catch(fail);
