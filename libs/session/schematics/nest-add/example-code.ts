import { posix } from 'node:path';
import type { RootModule } from './root-module.js';

/** Controller that the next steps suggest. */
export const EXAMPLE_CONTROLLER = `import { Controller, Get } from '@nestjs/common';
import { CurrentUser, Roles, type SessionUser } from 'nest-sessions';

@Controller('reports')
export class ReportsController {
  @Get()
  @Roles('admin')
  list(@CurrentUser() user: SessionUser): string {
    return \`the reports of \${user.username}\`;
  }
}`;

/**
 * Test of the controller, in the folder of the root module.
 *
 * @param roles Code of the user's roles.
 * @param extension Of relative imports: `.js` in ES modules.
 */
export function exampleTest(
  { file, className }: RootModule,
  roles: string,
  extension: '' | '.js',
): string {
  return `import { Test } from '@nestjs/testing';
import { SessionTestingModule, signInAs } from 'nest-sessions/testing';
import request from 'supertest';
import { ${className} } from './${posix.basename(file, '.ts')}${extension}';

it('lists the reports for administrators', async () => {
  const module = await Test.createTestingModule({
    imports: [${className}, SessionTestingModule.forRoot()],
  }).compile();
  const app = await module.createNestApplication().init();
  const user = await signInAs(app, { roles: [${roles}] });

  await request(app.getHttpServer()).get('/reports').set(user.headers).expect(200);
  await request(app.getHttpServer()).get('/reports').expect(401);
  await app.close();
});`;
}
