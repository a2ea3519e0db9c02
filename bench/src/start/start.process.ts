import 'reflect-metadata';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { cpuTime } from '../servers/cpu-time';
import { OrdersController } from '../servers/orders.controller';
import type { StartFigures, StartVariant } from './start-figures';
import { startedModule } from './started-module';

const LOOPBACK = '127.0.0.1';

/** Starts one application, sends one request, and reports the cost. Arguments: variant, URL of Redis. */
async function main(): Promise<void> {
  const [variant, redisUrl = ''] = process.argv.slice(2) as [StartVariant, string?];
  const imported = await startedModule(variant, redisUrl);
  @Module({ imports: [imported], controllers: [OrdersController] })
  class StartModule {}
  const app = await NestFactory.create(StartModule, { logger: ['error'], abortOnError: false });
  await app.listen(0, LOOPBACK);
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const expected = variant === 'bare' ? 200 : 401;
  const status = await statusOf(port);
  if (status !== expected) throw new Error(`${variant} answered ${status} instead of ${expected}`);
  const cpu = cpuTime() / 1e3;
  const figures: StartFigures = { cpu, heap: heapUsed() };
  process.send?.(figures);
}

function statusOf(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get({ host: LOOPBACK, port, path: '/orders' }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode);
      });
    }).on('error', reject);
  });
}

function heapUsed(): number {
  if (!global.gc) throw new Error('Start with --expose-gc');
  global.gc();
  return process.memoryUsage().heapUsed;
}

process.on('disconnect', () => {
  process.exit();
});
main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
