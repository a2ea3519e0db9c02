export { denialOf } from './denial-of';
export { SessionCalls } from './session-calls';
export { SessionCallsModule } from './session-calls.module';
