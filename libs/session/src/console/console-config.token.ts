/** Injects the {@link ConsoleConfig}. */
export const CONSOLE_CONFIG = Symbol('nest-sessions:console-config');
