export { SessionIntrospectionModule } from './session-introspection.module.js';
