import { type PasswordProblem } from './password-policy';

/** A password that may not be set. The message gives the reason and may be shown to the user who chose it. */
export class PasswordPolicyError extends Error {
  readonly code = 'ERR_PASSWORD_POLICY';

  constructor(problem: PasswordProblem) {
    super(problem);
    this.name = 'PasswordPolicyError';
  }
}
