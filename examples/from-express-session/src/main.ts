import { NestFactory } from '@nestjs/core';
import { AfterModule } from './after/after.module.js';
import { BeforeModule } from './before/before.module.js';
import { Phase1Module } from './bridge/phase-1.module.js';
import { Phase2Module } from './bridge/phase-2.module.js';

const { PORT = '3000', PHASE_1_PORT = '3001' } = process.env;

const modules = {
  before: { module: BeforeModule, port: PORT },
  'phase-1': { module: Phase1Module, port: PHASE_1_PORT },
  'phase-2': { module: Phase2Module, port: PORT },
  after: { module: AfterModule, port: PORT },
} as const;

const phase = process.argv[2] ?? '';
if (!Object.hasOwn(modules, phase)) {
  throw new Error(`Name one of ${Object.keys(modules).join(', ')}, got "${phase}".`);
}
const { module, port } = modules[phase as keyof typeof modules];
const app = await NestFactory.create(module);
app.enableShutdownHooks();
await app.listen(port);
