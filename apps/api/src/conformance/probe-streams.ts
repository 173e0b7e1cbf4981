import OpenAI from 'openai';
import { judge, saidInstead, type Finding, type ProbeContext } from './probe-context.ts';

const user = (content: string) => ({ role: 'user' as const, content });

/** A stream with its usage asked for; without that where the upstream refuses to be asked. */
async function open({ client, model, signal }: ProbeContext, text: string) {
  const request = { model, messages: [user(text)], stream: true as const };
  try {
    return await client.chat.completions.create(
      { ...request, stream_options: { include_usage: true } },
      { signal },
    );
  } catch (error) {
    if (!(error instanceof OpenAI.BadRequestError)) throw error;
    return client.chat.completions.create(request, { signal });
  }
}

export async function probeStream(context: ProbeContext): Promise<Finding[]> {
  const stream = await open(context, 'Count from 1 to 30 in digits, separated by spaces.');
  let pieces = 0;
  let isFinished = false;
  let hasUsage = false;
  for await (const { choices, usage } of stream) {
    if ((choices?.[0]?.delta?.content ?? '') !== '') pieces += 1;
    if ((choices?.[0]?.finish_reason ?? null) !== null) isFinished = true;
    if (usage && usage.prompt_tokens > 0 && usage.completion_tokens > 0) hasUsage = true;
  }
  const why = pieces < 2 ? 'The answer came in one piece.' : 'The stream ended without a reason.';
  return [
    judge('stream', pieces >= 2 && isFinished, why),
    judge('stream_usage', hasUsage, 'The stream reported no tokens; they are counted here instead.'),
  ];
}

/** Up to this the numbers must go, which are some two thousand tokens. */
const LAST_NUMBER = 600;
const ENOUGH = 500;

export async function probeLongOutput(context: ProbeContext): Promise<Finding[]> {
  const stream = await open(
    context,
    `Write every number from 1 to ${LAST_NUMBER} in digits, separated by spaces. Leave none out, and write nothing else.`,
  );
  let text = '';
  let reason = '';
  for await (const { choices } of stream) {
    text += choices?.[0]?.delta?.content ?? '';
    reason = choices?.[0]?.finish_reason ?? reason;
  }
  const numbers = new Set(text.match(/\d+/g)?.map(Number));
  let reached = 0;
  while (numbers.has(reached + 1)) reached += 1;
  const why = reached === 0 ? saidInstead(text) : `It came to ${reached} (${reason || 'no reason given'}).`;
  return [judge('long_output', reached >= ENOUGH, why)];
}

/** An aborted stream must end within this time. */
const ABORT_MS = 2_000;

export async function probeAbort(context: ProbeContext): Promise<Finding[]> {
  const leave = new AbortController();
  const signal = AbortSignal.any([context.signal, leave.signal]);
  const stream = await open({ ...context, signal }, `Write every number from 1 to ${LAST_NUMBER} in digits.`);
  let pieces = 0;
  let leftAtMs = 0;
  try {
    for await (const { choices } of stream) {
      if ((choices?.[0]?.delta?.content ?? '') === '') continue;
      pieces += 1;
      if (leftAtMs !== 0) continue;
      leftAtMs = performance.now();
      leave.abort();
    }
  } catch (error) {
    if (context.signal.aborted || !leave.signal.aborted) throw error;
  }
  if (pieces === 0) return [judge('abort', false, 'There was no stream to abort.')];
  const isPrompt = performance.now() - leftAtMs < ABORT_MS;
  return [judge('abort', isPrompt, 'It went on after it was aborted.')];
}

export async function probeErrorShape({ client, model, signal }: ProbeContext): Promise<Finding[]> {
  try {
    await client.chat.completions.create({ model, messages: [] }, { signal });
  } catch (error) {
    if (!(error instanceof OpenAI.APIError) || typeof error.status !== 'number') throw error;
    const { status } = error;
    // Of the key, or of too many calls: says nothing of how it refuses a wrong request.
    if (status === 401 || status === 403 || status === 429) throw error;
    const said = error.error as { message?: unknown } | undefined;
    const isReadable = typeof said?.message === 'string' && said.message !== '';
    if (status >= 500) return [judge('error_shape', false, `It answers a wrong request with ${status}.`)];
    return [judge('error_shape', isReadable, 'Its error has no message in OpenAI’s form.')];
  }
  return [judge('error_shape', false, 'It accepted a conversation without messages.')];
}
