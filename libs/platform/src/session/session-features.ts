import type { DynamicModule } from '@nestjs/common';
import { SessionAccessModule } from 'nest-sessions/access';
import { SessionBindingModule } from 'nest-sessions/binding';
import { SessionCallsModule } from 'nest-sessions/calls';
import type { ServiceEnvironment } from '../environment/service.environment';

/** Returns the session features of every service of this workspace, configured by its environment. */
export function sessionFeatures({ binding, calls }: ServiceEnvironment): DynamicModule[] {
  return [
    SessionCallsModule.forRoot(calls),
    SessionBindingModule.forRoot(binding),
    SessionAccessModule.forRoot({}),
  ];
}
