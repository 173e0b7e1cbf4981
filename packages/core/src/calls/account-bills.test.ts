import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bearUncollected, bookBills } from './account-bills.ts';

const amount = fc.bigInt({ min: 0n, max: 50n });

const scenario = fc
  .record({
    free: amount,
    held: amount,
    otherLeases: amount,
    lease: amount,
    bills: fc.array(fc.record({ amount, covered: amount }), { maxLength: 8 }),
  })
  .map(({ bills, ...rest }) => ({
    ...rest,
    bills: bills.map((bill, index) => ({
      requestId: `req_${index}`,
      createdAt: '2026-11-21T00:00:00.000Z',
      amount: bill.amount,
      covered: bill.covered < bill.amount ? bill.covered : bill.amount,
    })),
  }));

test('a bill takes its lease, then what is free, never what others hold, and the rest is uncollected', () => {
  fc.assert(
    fc.property(scenario, ({ free, held, otherLeases, lease, bills }) => {
      const covered = bills.reduce((sum, bill) => sum + bill.covered, 0n);
      const fromLease = covered < lease ? covered : lease;
      const leased = otherLeases + lease;
      const before = { id: 'acc_1', balance: free + held + leased, held, leased };
      const after = bookBills(before, bills, fromLease);

      const owed = bills.reduce((sum, bill) => sum + bill.amount, 0n);
      const missing = after.uncollected.reduce((sum, bill) => sum + bill.missing, 0n);
      expect(before.balance - after.balance + missing).toBe(owed);
      expect(after.leased).toBe(leased - fromLease);
      expect(after.balance).toBeGreaterThanOrEqual(after.held + after.leased);
      const left = after.balance - after.held - after.leased;
      if (missing > 0n) expect(left).toBe(0n);

      const entries = after.entries.split('\n').slice(0, -1);
      expect(entries.length).toBeLessThanOrEqual(bills.length);
      const borne = bearUncollected('acc_platform', 3n, after.uncollected);
      expect(borne.balance).toBe(3n + missing);
    }),
  );
});

test('bills that are booked in parts are booked as all at once', () => {
  fc.assert(
    fc.property(scenario, fc.nat(8), ({ free, held, otherLeases, lease, bills }, split) => {
      const covered = bills.reduce((sum, bill) => sum + bill.covered, 0n);
      const fromLease = covered < lease ? covered : lease;
      const leased = otherLeases + lease;
      const before = { id: 'acc_1', balance: free + held + leased, held, leased };
      const { entries, uncollected, ...whole } = bookBills(before, bills, fromLease);
      const first = bookBills(before, bills.slice(0, split), fromLease);
      const second = bookBills(first, bills.slice(split), first.leaseLeft);
      expect(second).toMatchObject(whole);
      expect(first.entries + second.entries).toBe(entries);
      expect([...first.uncollected, ...second.uncollected]).toEqual(uncollected);
    }),
  );
});
