import { firstLoad } from './first-load';

describe('firstLoad', () => {
  it('contains the page, styles, the entry and all its static imports, and no lazy page', () => {
    const files = firstLoad({
      'style.css': { file: 'assets/style.css' },
      'index.html': { file: 'assets/index.js', isEntry: true, imports: ['_a.js'] },
      '_a.js': { file: 'assets/a.js', imports: ['_b.js'] },
      '_b.js': { file: 'assets/b.js', imports: ['_a.js'] },
      'page.tsx': { file: 'assets/page.js', imports: ['_b.js', '_c.js'] },
      '_c.js': { file: 'assets/c.js' },
    });

    expect([...files].sort()).toEqual([
      'assets/a.js',
      'assets/b.js',
      'assets/index.js',
      'assets/style.css',
      'index.html',
    ]);
  });
});
