/** Names of types, by the optional package that the types of Nest and Apollo import them from. */
const TYPES: Readonly<Record<string, readonly string[]>> = {
  '@apollo/gateway': ['GatewayConfig'],
  'ts-morph': [
    ...['ClassDeclarationStructure', 'EnumDeclarationStructure', 'InterfaceDeclarationStructure'],
    ...['MethodDeclarationStructure', 'MethodSignatureStructure', 'OptionalKind<T>'],
    ...['ParameterDeclarationStructure', 'PropertyDeclarationStructure'],
    ...['PropertySignatureStructure', 'SourceFile', 'TypeAliasDeclarationStructure'],
  ],
};

/** Declarations in place of the packages, so that a project without them compiles without `skipLibCheck`. */
export const optionalPackageTypes = Object.entries(TYPES)
  .map(([name, types]) => {
    const lines = types.map((type) => `  export type ${type} = object;\n`);
    return `declare module '${name}' {\n${lines.join('')}}\n`;
  })
  .join('\n');
