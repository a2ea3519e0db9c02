import { threadPoolSize } from './thread-pool';

describe('the size of libuv’s pool', () => {
  it.each([
    ['8', 8],
    ['1024', 1024],
    ['5000', 1024],
    ['0', 1],
    ['', 1],
    ['many', 1],
  ])('is, with UV_THREADPOOL_SIZE=%s, %i', (setting, threads) => {
    expect(threadPoolSize(setting)).toBe(threads);
  });
});
