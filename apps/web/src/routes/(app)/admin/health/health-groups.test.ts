import type { HealthFinding } from '@aigc/shared/schemas/health';
import { expect, test } from 'vitest';
import { findings as chinese } from '#lib/health/findings.zh-CN.ts';
import { describeFinding } from '#lib/health/load-findings.ts';
import { findingsOf, worst } from './health-groups.ts';

function finding(name: string, status: HealthFinding['status'] = 'ok'): HealthFinding {
  return { name, status, code: 'node.ok', params: { version: '26' }, message: 'Node 26', fix: null };
}

test('a group is as bad as its worst finding, and what was not looked at is not bad', () => {
  expect(worst([])).toBe('ok');
  expect(worst([finding('a'), finding('b', 'skip')])).toBe('skip');
  expect(worst([finding('a', 'fail'), finding('b', 'warn')])).toBe('fail');
});

test('every finding stands in one group, in the order of the group', () => {
  const all = [finding('migrations'), finding('database'), finding('unheard-of')];
  expect(findingsOf('database', all).map(({ name }) => name)).toEqual(['database', 'migrations']);
  expect(findingsOf('security', all).map(({ name }) => name)).toEqual(['unheard-of']);
  expect(findingsOf('processes', all)).toEqual([]);
});

test('a finding that this page does not know is told as the server says it', () => {
  expect(describeFinding({ ...finding('x'), code: 'x.new' }, chinese)).toEqual({
    message: 'Node 26',
    fix: null,
  });
});
