import { expect, test } from 'vitest';
import { includesAddress, toAddressList } from './address-list.ts';

const list = toAddressList(['192.0.2.7', '10.1.2.3/8', '2001:db8::/32', 'nonsense', '']);

test.each(['192.0.2.7', '10.255.0.1', '2001:db8:1::2', '::ffff:192.0.2.7', '::ffff:10.0.0.1'])(
  '%s is in the list',
  (address) => expect(includesAddress(list, address)).toBe(true),
);

test.each(['192.0.2.8', '11.0.0.1', '2001:db9::1', '::ffff:11.0.0.1', '', 'nonsense', null])(
  '%s is not',
  (address) => expect(includesAddress(list, address)).toBe(false),
);
