import type { INestApplication } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { WsAdapter } from '@nestjs/platform-ws';

const isFastify = process.env.ADAPTER === 'fastify';

/** Creates the HTTP adapter that the environment names. */
export function createAdapter(): AbstractHttpAdapter {
  return isFastify ? new FastifyAdapter() : new ExpressAdapter();
}

/** Serves plain WebSockets on Fastify, and Socket.IO on Express. */
export function useSocketAdapter(app: INestApplication): void {
  app.useWebSocketAdapter(isFastify ? new WsAdapter(app) : new IoAdapter(app));
}
