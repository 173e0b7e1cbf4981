import type { EntityManager } from '@mikro-orm/postgresql';

/** The calls of one provider of late. Milliseconds. */
export interface UpstreamLately {
  provider: string;
  calls: number;
  /** Those that the upstream is to blame for. */
  failed: number;
  p50_ms: number | null;
  p95_ms: number | null;
}

/** Enough to judge by; a busy hour has many more. */
const NEWEST = 20_000;

/** How the providers of cloud models have done since a time, from the newest calls, by name. */
export async function upstreamsLately(em: EntityManager, since: Date): Promise<UpstreamLately[]> {
  return em.execute<UpstreamLately[]>(
    `select provider, count(*)::int as calls,
       count(*) filter (where status = 'failed' and starts_with(error_code, 'upstream_'))::int as failed,
       round(percentile_cont(0.5) within group (order by latency_ms) filter (where status = 'success'))::int as p50_ms,
       round(percentile_cont(0.95) within group (order by latency_ms) filter (where status = 'success'))::int as p95_ms
     from (select provider, status, error_code, latency_ms from aigcspace.api_call_log
       where created_at >= ? and not is_local and provider is not null
       order by created_at desc, id desc limit ?) newest
     group by provider order by provider`,
    [since, NEWEST],
  );
}
