import { printedCode } from './printed-code';

const OUTPUT = `
    Next steps:
    
      1. Set REDIS_URL.
    
      2. Write a class:
    
          class A {
    
            b = 1;
          }
    
      3. Test it:
    
          test();
    
CREATE .env.example (33 bytes)
`;

describe('printedCode', () => {
  it('returns each block without the indentation of the Nest CLI', () => {
    expect(printedCode(OUTPUT)).toEqual(['class A {\n\n  b = 1;\n}\n', 'test();\n']);
  });

  it('returns nothing where no step has code', () => {
    expect(printedCode('SessionModule is already configured.\n')).toEqual([]);
  });
});
