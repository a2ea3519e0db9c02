import { join } from 'node:path';
import ts from 'typescript';
import { entryPoints } from './entry-points';
import { librarySourceFolder } from './library-sources';

/** Name that an application can import, or a method of a class that it can import. */
export interface PublicName {
  /** `'createRedisClient'`, or `'SessionManager.create'` for a method. */
  readonly name: string;
  readonly kind: 'function' | 'class' | 'method';
}

/** Returns the functions and classes that the entry points export, and the methods of the classes. */
export function publicNames(): PublicName[] {
  const files = entryPoints().map(({ file }) => join(librarySourceFolder, `${file}.ts`));
  return namesIn(programOf(files), files);
}

/** Program of the library alone: the types of other packages are not needed, and take seconds to read. */
function programOf(files: readonly string[]): ts.Program {
  const options: ts.CompilerOptions = { module: ts.ModuleKind.NodeNext, noLib: true, types: [] };
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) =>
      text.startsWith('.')
        ? ts.resolveModuleName(text, from, options, host)
        : { resolvedModule: undefined },
    );
  return ts.createProgram([...files], options, host);
}

/** Returns the public names that these files of a program export. */
function namesIn(program: ts.Program, files: readonly string[]): PublicName[] {
  const checker = program.getTypeChecker();
  const names = new Map<string, PublicName>();
  for (const file of files) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      const target =
        symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      for (const it of (target.declarations ?? []).flatMap(namesOf)) names.set(it.name, it);
    }
  }
  return [...names.values()];
}

function namesOf(declaration: ts.Declaration): PublicName[] {
  if (ts.isFunctionDeclaration(declaration)) {
    return [{ name: declaration.name?.text ?? '', kind: 'function' }];
  }
  if (ts.isVariableDeclaration(declaration) && isDecorator(declaration)) {
    return [{ name: declaration.name.getText(), kind: 'function' }];
  }
  if (!ts.isClassDeclaration(declaration) || declaration.name === undefined) return [];
  const name = declaration.name.text;
  const methods = declaration.members.filter(isCalledByApplications);
  return [
    { name, kind: 'class' },
    ...methods.map((it): PublicName => ({ name: `${name}.${it.name.getText()}`, kind: 'method' })),
  ];
}

/** Whether a constant is a parameter decorator, which Nest creates by a function. */
function isDecorator({ initializer }: ts.VariableDeclaration): boolean {
  return (
    initializer !== undefined &&
    ts.isCallExpression(initializer) &&
    initializer.expression.getText() === 'createParamDecorator'
  );
}

/** Whether a member is a method that is neither hidden nor a hook that Nest calls. */
function isCalledByApplications(member: ts.ClassElement): member is ts.MethodDeclaration {
  if (!ts.isMethodDeclaration(member) || ts.isPrivateIdentifier(member.name)) return false;
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (ts.getCombinedModifierFlags(member) & hidden) return false;
  if (/^(?:on|before)[A-Z]/.test(member.name.getText())) return false;
  return !ts.getJSDocTags(member).some(({ tagName }) => tagName.text === 'internal');
}
