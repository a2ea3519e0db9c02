import { eachRow } from '../../../../tools/testing/each-row';
import { isRoleList, MAX_ROLES } from './roles';

const many = (count: number) => Array.from({ length: count }, (_, index) => `role-${index}`);

describe('a list of roles', () => {
  it('may be empty, and may hold roles of the maximum length and number', async () => {
    await eachRow(
      [
        ['none', []],
        ['one', ['orders']],
        ['a role of a service', ['orders:write', 'a.b_c-D:9']],
        ['roles that differ in case', ['admin', 'Admin']],
        ['the longest', ['r'.repeat(64)]],
        ['the most', many(MAX_ROLES)],
      ] as const,
      ([, roles]) => {
        expect(isRoleList(roles)).toBe(true);
      },
      ([name]) => name,
    );
  });

  it('is invalid when it breaks a rule or is not a list', async () => {
    await eachRow(
      [
        ['too many', many(MAX_ROLES + 1)],
        ['the same twice', ['orders', 'orders']],
        ['an empty role', ['']],
        ['a role too long', ['r'.repeat(65)]],
        ['a role with a comma', ['orders,admin']],
        ['a role with a space', ['orders admin']],
        ['a role with a line break', ['orders\n']],
        ['a role that is no string', [7]],
        ['a role inside a list', [['admin']]],
        ['a string', 'admin'],
        ['an object with a length', { length: 0 }],
        ['nothing', undefined],
        ['null', null],
      ] as const,
      ([, roles]) => {
        expect(isRoleList(roles)).toBe(false);
      },
      ([name]) => name,
    );
  });

  it('may not have holes', () => {
    expect(isRoleList(new Array(1))).toBe(false);
  });
});
