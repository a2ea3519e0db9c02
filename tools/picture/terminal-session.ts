/** Command in a terminal, with its output. */
export interface TerminalStep {
  /** Comment above the prompt, in plain words. */
  readonly comment?: string;
  /** Command as a user types it, on one line. */
  readonly command: string;
  readonly output: readonly string[];
  /** Time between two lines of the output, in milliseconds. @default 0 */
  readonly lineInterval?: number;
  /** Time for the reader after the output, in milliseconds. */
  readonly pause: number;
}

/** Tab of a terminal. Its program shows while its steps run. */
export interface TerminalTab {
  readonly name: string;
  readonly steps: readonly TerminalStep[];
  /** Whether a prompt follows the last step. A server keeps its terminal. @default true */
  readonly ends?: boolean;
}

/** Session in the tabs of a terminal, one tab after the other. */
export interface TerminalSession {
  /** Name of the picture for screen readers. */
  readonly title: string;
  /** Events of the session in words, for screen readers. */
  readonly description: string;
  readonly tabs: readonly TerminalTab[];
}
