import { Roles } from 'nest-sessions';
import { AccessDirectory } from 'nest-sessions/access';
import { viewService } from 'nest-sessions/console';
import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminServiceView } from './admin-service.view';

/** Route requirements of every service, as the services publish them. */
@Roles('admin')
@ApiTags('admin')
@Controller('admin/services')
export class AdminServicesController {
  constructor(private readonly directory: AccessDirectory) {}

  @Get()
  @ApiOperation({ summary: 'All configured services, with their states and route requirements.' })
  @ApiOkResponse({ type: [AdminServiceView] })
  async list(): Promise<AdminServiceView[]> {
    return (await this.directory.list()).map(viewService);
  }
}
