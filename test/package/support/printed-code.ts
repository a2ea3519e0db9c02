/** Returns the blocks of code among the next steps that `nest add` prints, without their indentation. */
export function printedCode(output: string): string[] {
  const blocks = output.match(/(?:^ {6}.*\n|^\n(?= {6}))+/gm) ?? [];
  return blocks.map((block) => `${block.replaceAll(/^ {6}/gm, '').trim()}\n`);
}
