import { expect, test } from 'vitest';
import { auditFileHref, readAuditFilter, targetHref } from './audit-filter.ts';

test('what the URL asks for is asked of the API, and nonsense is left out', () => {
  const params = new URLSearchParams(
    'q= ann &action=api_key&by=cli&from=nonsense&target_type=user&target_id=usr_1',
  );
  expect(readAuditFilter(params)).toEqual({
    actor: 'ann',
    action: 'api_key',
    actor_kind: 'cli',
    target_type: 'user',
    target_id: 'usr_1',
  });
  expect(readAuditFilter(new URLSearchParams('by=nobody&q='))).toEqual({});
});

test('an export has the filters of the page', () => {
  expect(auditFileHref({ action: 'model.update' }, 'csv', 'UTC')).toBe(
    '/api/admin/audit.csv?action=model.update&time_zone=UTC',
  );
  expect(auditFileHref({}, 'ndjson', 'UTC')).toBe('/api/admin/audit.ndjson');
});

test('a thing leads to its page unless it is gone or somebody’s own', () => {
  const entry = { target_type: 'model', target_id: '4', target_name: 'm', action: 'model.update' };
  expect(targetHref(entry)).toBe('/admin/providers?tab=models&model=4');
  expect(targetHref({ ...entry, action: 'model.delete' })).toBeUndefined();
  expect(targetHref({ ...entry, action: 'local_model.update' })).toBeUndefined();
  expect(targetHref({ ...entry, target_type: 'session' })).toBeUndefined();
});
