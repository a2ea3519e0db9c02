/** Injects the {@link ConsoleSettings}. */
export const CONSOLE_SETTINGS = Symbol('nest-sessions:console-settings');
