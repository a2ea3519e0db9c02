/**
 * Returns the blocks of code among the numbered steps that `nest add` prints, without their indentation. The
 * Nest CLI indents all lines.
 */
export function printedCode(output: string): string[] {
  const [, step = ''] = /^( *)1\. /m.exec(output) ?? [];
  const indentation = `${step}    `;
  const blocks: string[] = [];
  let block = '';
  for (const line of output.split('\n')) {
    if (line.startsWith(indentation)) {
      block += `${line.slice(indentation.length)}\n`;
    } else if (line.trim() === '') {
      block += block === '' ? '' : '\n';
    } else {
      if (block !== '') blocks.push(`${block.trim()}\n`);
      block = '';
    }
  }
  return block === '' ? blocks : [...blocks, `${block.trim()}\n`];
}
