import { commitDirectly } from '@aigc/core/calls/commit-directly';
import { openSqlSession } from '@aigc/db/sql-session';
import type { BegunCall, CallOutcome, MeteredUsage } from '@aigc/core/calls/call';
import { newId } from '@aigc/shared/ids';
import type { Container } from '../../src/container.ts';

export interface LoggedCall {
  createdAt?: string;
  model?: string;
  isLocal?: boolean;
  apiKeyId?: number | null;
  bill?: string;
  tokens?: Partial<MeteredUsage>;
  latencyMs?: number;
  /** Present: the call failed with it. */
  errorCode?: string;
  errorMessage?: string;
}

/** Writes settled calls of one user as the gateway would: log row, rollup, ledger, notification. */
export async function callLogger(
  { orm, connectionString }: Pick<Container, 'orm' | 'connectionString'>,
  userId: string,
): Promise<(call?: LoggedCall) => Promise<{ id: string; requestId: string }>> {
  const [tenant] = await orm.em.fork().execute<{ organisation_id: string; project_id: string }[]>(
    `select m.organisation_id, p.id as project_id from aigcspace.memberships m
     join aigcspace.projects p on p.organisation_id = m.organisation_id where m.user_id = ?`,
    [userId],
  );
  if (tenant === undefined) throw new Error('the user has no organisation');
  return async (call = {}) => {
    const begun: BegunCall = {
      requestId: newId('req'),
      userId,
      organisationId: tenant.organisation_id,
      projectId: tenant.project_id,
      apiKeyId: call.apiKeyId ?? null,
      modelId: null,
      modelName: call.model ?? 'some-model',
      provider: call.isLocal === true ? null : 'Some provider',
      endpoint: 'chat/completions',
      source: (call.apiKeyId ?? null) === null ? 'playground' : 'api',
      isLocal: call.isLocal ?? false,
      isStream: false,
      price: { inputPrice: '1', outputPrice: '2' },
      requestIp: '203.0.113.9',
      createdAt: call.createdAt ?? new Date().toISOString(),
    };
    const outcome: CallOutcome = {
      status: call.errorCode === undefined ? 'success' : 'failed',
      httpStatus: call.errorCode === undefined ? 200 : 502,
      errorCode: call.errorCode ?? null,
      errorMessage: call.errorMessage ?? null,
      usage: {
        inputTokens: 10,
        outputTokens: 5,
        cachedTokens: 0,
        reasoningTokens: 0,
        estimated: false,
        ...call.tokens,
      },
      bill: call.bill ?? '0',
      latencyMs: call.latencyMs ?? 100,
      ttftMs: null,
    };
    const session = openSqlSession({ connectionString, applicationName: 'test', timeoutMs: 10_000 });
    try {
      await commitDirectly(session, 'test', { call: begun, outcome, idempotency: null });
    } finally {
      await session.close();
    }
    const [row] = await orm.em
      .fork()
      .execute<{ id: string }[]>('select id::text from aigcspace.api_call_log where request_id = ?', [
        begun.requestId,
      ]);
    if (row === undefined) throw new Error('the call is not in the log');
    return { id: row.id, requestId: begun.requestId };
  };
}
