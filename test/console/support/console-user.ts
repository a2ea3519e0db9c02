/** User who signs in at the console. */
export interface ConsoleUser {
  readonly username: string;
  readonly password: string;
}
