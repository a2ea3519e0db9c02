import { firstLoad } from './first-load';

describe('firstLoad', () => {
  it('contains the page, styles, the entry and all its static imports, and no lazy page', () => {
    const files = firstLoad([
      { fileName: 'index.html', type: 'asset' },
      { fileName: 'assets/index.css', type: 'asset' },
      { fileName: 'assets/logo.svg', type: 'asset' },
      { fileName: 'assets/index.js', type: 'chunk', isEntry: true, imports: ['assets/a.js'] },
      { fileName: 'assets/a.js', type: 'chunk', imports: ['assets/b.js'] },
      { fileName: 'assets/b.js', type: 'chunk', imports: ['assets/a.js'] },
      { fileName: 'assets/page.js', type: 'chunk', imports: ['assets/b.js'] },
    ]);

    expect([...files].sort()).toEqual([
      'assets/a.js',
      'assets/b.js',
      'assets/index.css',
      'assets/index.js',
      'index.html',
    ]);
  });
});
