/** @throws Error for a variable that is not set */
export function requiredVariable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`Set the variable ${name}.`);
  return value;
}
