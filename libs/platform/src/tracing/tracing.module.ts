import { type DynamicModule, Module } from '@nestjs/common';

/** Traces, in a process that has an OpenTelemetry SDK. Needs the API of OpenTelemetry, which may be missing. */
@Module({})
export class TracingModule {
  static async forRoot(): Promise<DynamicModule> {
    return { module: TracingModule, imports: await tracing() };
  }
}

async function tracing(): Promise<DynamicModule[]> {
  try {
    const { SessionTracingModule } = await import('nest-sessions/tracing');
    return [SessionTracingModule.forRoot({})];
  } catch (error) {
    if (isApiMissing(error)) return [];
    throw error;
  }
}

/** Whether the package that the import needs is not installed. */
function isApiMissing(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND') &&
    error.message.includes('@opentelemetry/api')
  );
}
