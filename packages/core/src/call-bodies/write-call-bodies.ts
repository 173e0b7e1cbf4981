import type { RunStatement } from '@aigc/db/deadline-connection';

/** A row of `call_bodies`. */
export interface CallBodiesRow {
  requestId: string;
  userId: string;
  apiKeyId: number | null;
  /** Null: there was no room to keep the bodies of this call. */
  sealed: string | null;
  /** ISO 8601, of the call. */
  createdAt: string;
}

const INSERT = {
  name: 'insert_call_bodies',
  text: `insert into aigcspace.call_bodies (request_id, user_id, api_key_id, sealed, created_at)
    select * from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::timestamptz[])
    on conflict (request_id) do nothing`,
};

/** Writes bodies of calls. Again, where it is not known whether the first time succeeded, changes nothing. */
export async function writeCallBodies(run: RunStatement, rows: readonly CallBodiesRow[]): Promise<void> {
  await run({
    ...INSERT,
    values: [
      rows.map(({ requestId }) => requestId),
      rows.map(({ userId }) => userId),
      rows.map(({ apiKeyId }) => apiKeyId),
      rows.map(({ sealed }) => sealed),
      rows.map(({ createdAt }) => createdAt),
    ],
  });
}
