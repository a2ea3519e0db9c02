import { eachRow } from '../../../../tools/testing/each-row';
import { threadPoolSize } from './thread-pool';

describe('the size of the libuv thread pool', () => {
  it('is read from UV_THREADPOOL_SIZE in the same way as by libuv', async () => {
    await eachRow(
      [
        ['8', 8],
        ['1024', 1024],
        ['5000', 1024],
        ['0', 1],
        ['', 1],
        ['many', 1],
      ] as const,
      ([setting, threads]) => {
        expect(threadPoolSize(setting)).toBe(threads);
      },
    );
  });
});
