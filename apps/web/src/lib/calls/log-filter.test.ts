import { describe, expect, it } from 'vitest';
import { exportHref, logsHref, readLogFilter } from './log-filter.ts';

const read = (query: string, isAdmin = false) =>
  readLogFilter(new URLSearchParams(query), isAdmin, new Date('2026-11-21T10:00:00Z'));

describe('readLogFilter', () => {
  it('asks for everything of one’s own when the URL says nothing', () => {
    expect(read('')).toEqual({ scope: 'mine' });
  });

  it('turns a period into its start', () => {
    expect(read('period=24h')).toEqual({ scope: 'mine', from: '2026-11-20T10:00:00.000Z' });
  });

  it('leaves out what makes no sense instead of failing the page', () => {
    expect(read('key=abc&status=maybe&origin=moon&from=yesterday&to=')).toEqual({ scope: 'mine' });
  });

  it('shows everyone’s calls to administrators only', () => {
    expect(read('scope=all').scope).toBe('mine');
    expect(read('scope=all', true).scope).toBe('all');
  });
});

describe('logsHref', () => {
  it('writes an address that reads back as the same filter', () => {
    const filter = {
      from: '2026-11-06T16:00:00.000Z',
      to: '2026-11-07T16:00:00.000Z',
      model: 'deepseek-ai/DeepSeek-V3 & co',
      api_key_id: 7,
      status: 'failed',
      is_local: false,
      request_id: 'req_1',
      error_code: 'upstream_timeout',
      user_id: 'usr_1',
      scope: 'all',
    } as const;
    expect(read(new URL(logsHref(filter), 'http://x').search, true)).toEqual(filter);
  });

  it('is the plain page without filters', () => {
    expect(logsHref({})).toBe('/logs');
  });
});

describe('exportHref', () => {
  it('names the filters as the API does', () => {
    expect(
      exportHref(
        { scope: 'mine', is_local: true, api_key_id: 3 },
        { format: 'csv', timeZone: 'Asia/Shanghai' },
      ),
    ).toBe('/api/platform/call-logs.csv?scope=mine&is_local=true&api_key_id=3&time_zone=Asia%2FShanghai');
  });
});
