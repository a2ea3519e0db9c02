import { eachRow } from '../../../../tools/testing/each-row.js';
import { networkOf } from './network.js';

const HOST_AND_SITE = { ipv4: 32, ipv6: 64 };

describe('the network of an address', () => {
  const networks: [address: string, network: string][] = [
    ['192.0.2.7', '192.0.2.7/32'],
    ['::ffff:192.0.2.7', '192.0.2.7/32'],
    ['::FFFF:c000:207', '192.0.2.7/32'],
    ['0:0:0:0:0:ffff:192.0.2.7', '192.0.2.7/32'],
    ['2001:db8:0:1::1', '2001:db8:0:1::/64'],
    ['2001:DB8:0000:0001:ffff:ffff:ffff:ffff', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['fe80::1%eth0.100', 'fe80::/64'],
    ['::8.0.0.1', '::/64'],
    ['::1', '::/64'],
    ['192.0.2.7:4711', '192.0.2.7/32'],
    ['[2001:db8:0:1::1]:4711', '2001:db8:0:1::/64'],
    ['[::ffff:192.0.2.7]:1', '192.0.2.7/32'],
    ['[fe80::1%eth0]:65535', 'fe80::/64'],
    ['[::1]', '::/64'],
  ];

  it('is read from every spelling of an address, with or without a port', () =>
    eachRow(networks, ([address, network]) => {
      expect(networkOf(address, HOST_AND_SITE)).toBe(network);
    }));

  it('is cut to any number of bits', () => {
    expect(networkOf('203.0.113.255', { ipv4: 20, ipv6: 0 })).toBe('203.0.112.0/20');
    expect(networkOf('2001:db8:ffff::1', { ipv4: 0, ipv6: 33 })).toBe('2001:db8:8000::/33');
    expect(networkOf('203.0.113.255', { ipv4: 0, ipv6: 0 })).toBe('0.0.0.0/0');
  });

  const unknown = [
    '',
    'unknown',
    '192.0.2.7:',
    '192.0.2.7:http',
    '192.0.2.7:471100',
    '0300.0.2.7:80',
    '[192.0.2.7]:80',
    '[::1',
    '::1]:80',
    '[::1]80',
    '[]:80',
    '0300.0.2.7',
    '3221225991',
    '192.0.519',
    '1.2.3.4, 5.6.7.8',
    '2001:db8::1::2',
    '::ffff:1.2.3.256',
    '::ffff:010.0.0.1',
    '192.0.2.7%eth0',
    '::ffff:0x7f.0.0.1',
  ];

  it('is unknown for text that is not an address', () =>
    eachRow(unknown, (address) => {
      expect(networkOf(address, HOST_AND_SITE)).toBeNull();
    }));
});
