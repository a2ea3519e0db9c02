import { linePrefix } from './line-prefix';

describe('linePrefix', () => {
  const names = ['auth', 'products'];

  it('aligns lines in columns of equal width', () => {
    const prefix = linePrefix(names, false);

    expect(prefix('auth', 'ready')).toBe('auth     | ready');
    expect(prefix('products', 'ready')).toBe('products | ready');
  });

  it('gives each name its own colour and leaves the line unchanged', () => {
    const prefix = linePrefix(names, true);

    expect(prefix('auth', 'ready')).toBe('\u001b[36mauth     |\u001b[0m ready');
    expect(prefix('products', 'ready')).toBe('\u001b[35mproducts |\u001b[0m ready');
  });
});
