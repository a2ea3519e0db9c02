import { SessionOptionsError } from '../errors/session-options.error.js';
import { isServiceName, requireServiceName } from './service-name.js';

const VALID = ['orders', 'a', '7', 'order-items', 'a-1-b'];
const INVALID = ['', 'Orders', 'a:b', 'a*', '{a}', 'a b', '-a', 'a-', 'a--b', 'ä', 'a\n'];

describe('a service name', () => {
  it.each(VALID)('may be %j', (name) => {
    expect(isServiceName(name)).toBe(true);
    expect(() => {
      requireServiceName('service', name);
    }).not.toThrow();
  });

  it.each(INVALID)('is rejected when it is %j, with the name of the option', (name) => {
    expect(isServiceName(name)).toBe(false);
    expect(() => {
      requireServiceName('rpc.service', name);
    }).toThrow(SessionOptionsError);
    expect(() => {
      requireServiceName('rpc.service', name);
    }).toThrow(`rpc.service: '${name}' is`);
  });
});
