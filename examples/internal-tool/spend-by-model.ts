// What each model was called for and what it cost in the last 30 days, and which calls failed last.
//
//   AIGC_MANAGEMENT_KEY=mk-aigc-… node spend-by-model.ts
//
// With an administrator's key: AIGC_SCOPE=all counts everybody's calls.
import { TRPCClientError } from '@trpc/client';
import { createPlatformClient, type PlatformClient, type PlatformError } from './platform-client.ts';

const DAY_MS = 86_400_000;
const PERIOD_DAYS = 30;

const { AIGC_ORIGIN = 'http://127.0.0.1:8000', AIGC_MANAGEMENT_KEY, AIGC_SCOPE } = process.env;

if (AIGC_MANAGEMENT_KEY === undefined) {
  console.error(
    'Set AIGC_MANAGEMENT_KEY to a management key (mk-aigc-…), made under “API keys” in the panel.',
  );
  process.exit(1);
}

const platform = createPlatformClient({ origin: AIGC_ORIGIN, key: AIGC_MANAGEMENT_KEY });
const scope = AIGC_SCOPE === 'all' ? 'all' : 'mine';

try {
  await printSpend(platform);
  await printFailures(platform);
} catch (error) {
  // The router's type says what a failure carries: `appCode` is stable, the message is for people.
  if (!(error instanceof TRPCClientError)) throw error;
  const { data, message }: PlatformError = error;
  console.error(`${data?.appCode ?? 'no_answer'}: ${message}`);
  process.exit(1);
}

async function printSpend({ stats }: PlatformClient): Promise<void> {
  const { by_model, totals, currency } = await stats.get.query({
    from: new Date(Date.now() - PERIOD_DAYS * DAY_MS).toISOString(),
    time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    scope,
  });
  console.log(`Last ${PERIOD_DAYS} days: ${totals.calls} calls, ${totals.cost} ${currency}`);
  for (const { model, is_local, calls, input_tokens, output_tokens, cost } of by_model) {
    const place = is_local ? 'local' : 'cloud';
    console.log(`  ${model} (${place}): ${calls} calls, ${input_tokens} + ${output_tokens} tokens, ${cost}`);
  }
}

async function printFailures({ logs }: PlatformClient): Promise<void> {
  const { items } = await logs.list.query({ status: 'failed', limit: 5, scope });
  if (items.length > 0) console.log('Failed last:');
  for (const call of items) {
    console.log(`  ${call.created_at}  ${call.model_name}  ${call.error_code ?? ''}  ${call.request_id}`);
  }
}
