import type ts from 'typescript';
import { appendItem } from './append-item.js';
import { ManualStepError } from './manual-step.error.js';
import type { NestAddOptions } from './nest-add.options.js';
import type { RootModule } from './root-module.js';
import { sessionModuleCall } from './session-module-code.js';
import { indentationUnit, type TextEdit, withEdits } from './text-edit.js';
import type { TypeScript } from './load-typescript.js';
import { localNameOf, parsed, someNode } from './syntax.js';

/**
 * Text of a module's file with `SessionModule` imported. The rest of the text keeps its layout.
 *
 * @throws ManualStepError if the decorator's `imports` are not an array literal
 */
export function addSessionModule(
  compiler: TypeScript,
  text: string,
  { file, className }: RootModule,
  options: Pick<NestAddOptions, 'role' | 'service'>,
): string {
  const source = parsed(compiler, file, text);
  const metadata = metadataOf(compiler, source, className);
  const importLine = lastPackageImport(compiler, source);
  const specifier = importLine.moduleSpecifier.getText();
  const style = { quote: specifier.charAt(0), unit: indentationUnit(text) };

  const taken = someNode(
    compiler,
    source,
    (it) => compiler.isIdentifier(it) && it.text === 'SessionModule',
  );
  const name = taken ? 'CentralSessionModule' : 'SessionModule';
  const binding = taken ? `SessionModule as ${name}` : name;
  const from = `${style.quote}nest-sessions${style.quote}`;
  const semicolon = importLine.getText().endsWith(';') ? ';' : '';
  const importEdit: TextEdit = {
    from: importLine.end,
    to: importLine.end,
    text: `\nimport { ${binding} } from ${from}${semicolon}`,
  };
  const call = sessionModuleCall(name, options, style);
  return withEdits(text, [importEdit, ...importsEdits(compiler, text, metadata, call, style.unit)]);
}

/** Object literal in the `@Module()` decorator of the class. */
function metadataOf(
  compiler: TypeScript,
  source: ts.SourceFile,
  className: string,
): ts.ObjectLiteralExpression {
  const { fileName } = source;
  const declaration = source.statements
    .filter((it) => compiler.isClassDeclaration(it))
    .find(({ name }) => name?.text === className);
  if (!declaration) throw new ManualStepError(`${fileName} declares no class ${className}.`);
  const decorator = localNameOf(compiler, source, 'Module', '@nestjs/common');
  const call = (compiler.getDecorators(declaration) ?? [])
    .map(({ expression }) => expression)
    .filter((it) => compiler.isCallExpression(it))
    .find(({ expression: it }) => compiler.isIdentifier(it) && it.text === decorator);
  if (!call) {
    throw new ManualStepError(
      `${className} in ${fileName} has no decorator @Module() of '@nestjs/common'.`,
    );
  }
  const [metadata] = call.arguments;
  if (metadata && compiler.isObjectLiteralExpression(metadata)) return metadata;
  throw new ManualStepError(
    `The decorator of ${className} in ${fileName} is ${call.getText()}, without an object literal.`,
  );
}

/** Edits that append the call to the `imports` of the metadata. */
function importsEdits(
  compiler: TypeScript,
  text: string,
  metadata: ts.ObjectLiteralExpression,
  call: string,
  unit: string,
): TextEdit[] {
  const { properties } = metadata;
  const index = properties.findIndex(
    ({ name }) =>
      name &&
      (compiler.isIdentifier(name) || compiler.isStringLiteral(name)) &&
      name.text === 'imports',
  );
  const { fileName } = metadata.getSourceFile();
  if (properties.slice(index + 1).some((it) => compiler.isSpreadAssignment(it))) {
    throw new ManualStepError(
      `The metadata in ${fileName} contains a spread object, which may hold the imports.`,
    );
  }
  const property = properties[index];
  if (!property) {
    const lines = call.replaceAll('\n', `\n${unit}`);
    return appendItem(text, properties, metadata.end - 1, `imports: [\n${unit}${lines},\n]`);
  }
  if (compiler.isPropertyAssignment(property)) {
    const { initializer } = property;
    if (compiler.isArrayLiteralExpression(initializer)) {
      return appendItem(text, initializer.elements, initializer.end - 1, call);
    }
  }
  throw new ManualStepError(
    `The imports in ${fileName} are not an array literal: ${property.getText()}`,
  );
}

/** Last import of a package: imports of the project's own files usually follow it. */
function lastPackageImport(compiler: TypeScript, source: ts.SourceFile): ts.ImportDeclaration {
  const imports = source.statements.filter((it) => compiler.isImportDeclaration(it));
  const ofPackages = imports.filter(
    ({ moduleSpecifier }) => !(moduleSpecifier as ts.StringLiteral).text.startsWith('.'),
  );
  const last = ofPackages.at(-1);
  if (!last) throw new ManualStepError(`${source.fileName} imports no package.`);
  return last;
}
