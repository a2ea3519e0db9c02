// #region port
import type { INestApplication } from '@nestjs/common';
import { LimitedTcpServer } from 'nest-sessions/calls';

export async function openMessagePort(app: INestApplication, host: string, port: number) {
  const strategy = new LimitedTcpServer({ host, port });
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
// #endregion port
