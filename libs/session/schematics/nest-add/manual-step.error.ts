/** Source code that the schematic cannot edit safely. The message names the file and the reason. */
export class ManualStepError extends Error {
  override readonly name = 'ManualStepError';
}
