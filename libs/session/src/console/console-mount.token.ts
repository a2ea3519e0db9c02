/** Injects the {@link ConsoleMount}. */
export const CONSOLE_MOUNT = Symbol('nest-sessions:console-mount');

/** Places that decorators need when the module is defined. */
export interface ConsoleMount {
  /** Place of the pages. */
  readonly route: string;
  /** Path below which administrators have their calls. */
  readonly api: string;
  /** Role of administrators. */
  readonly role: string;
}
