import { expect, test } from 'vitest';
import { listProcedures } from '../src/trpc/list-procedures.ts';
import { POLICIES } from '../src/trpc/policy.ts';
import { appRouter } from '../src/trpc/router.ts';

const procedures = Object.entries(listProcedures(appRouter));

test('there are procedures to look at', () => {
  expect(procedures.length).toBeGreaterThan(30);
});

test.each(procedures)(
  '%s has a tier, a policy of that tier, and the shape of its answer',
  (_path, { meta, hasOutput }) => {
    expect(meta.policy).toBeDefined();
    expect(meta.tier).toBeDefined();
    expect(meta.policy && POLICIES[meta.policy]).toBe(meta.tier);
    // What is yielded in steps cannot be checked by an output parser as a whole.
    expect(hasOutput || meta.yields !== undefined).toBe(true);
  },
);

test('administration is for administrators', () => {
  for (const [path, { meta }] of procedures) {
    expect([path, meta.tier === 'admin']).toEqual([path, path.startsWith('admin')]);
  }
});

test('only these are open to everybody', () => {
  const open = procedures.filter(([, { meta }]) => meta.tier === 'public').map(([path]) => path);
  expect(open.toSorted()).toEqual(['auth.register', 'auth.signIn', 'setup.complete', 'viewer.get']);
});
