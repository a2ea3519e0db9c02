import ts from 'typescript';

/** Returns the program of a `tsconfig.json`: declarations such as `declare module` hold for a whole program. */
export function programOf(tsconfig: string): ts.Program {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const { fileNames = [], options } = ts.getParsedCommandLineOfConfigFile(tsconfig, {}, host) ?? {};
  return ts.createProgram(fileNames, options ?? {});
}
