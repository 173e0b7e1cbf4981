import { request } from 'node:http';
import type { CallPlan } from './call-plan.ts';

/** What a client saw of its call. */
export interface CallResult {
  plan: CallPlan;
  /** Null: no answer began. */
  status: number | null;
  requestId: string | null;
  retryAfter: string | null;
  body: string;
  /** `left`: the client's own doing. `broken`: the connection, before the answer's end. `hung`: never, by itself. */
  ending: 'whole' | 'left' | 'broken' | 'hung';
  /** The whole unary answer has come, or `[DONE]`. */
  isAnswered: boolean;
  /** What broke the connection, and when the call was over, from its beginning. */
  errorCode: string | null;
  tookMs: number;
}

export interface Caller {
  origin: string;
  key: string;
}

const HANG_MS = 40_000;

/** Makes the planned call over a connection of its own. Always resolves; a call that hangs is given up. */
export function makeCall(plan: CallPlan, { origin, key }: Caller): Promise<CallResult> {
  const content = JSON.stringify({ chaos: plan.index, padding: 'x'.repeat(plan.padding) });
  const body = JSON.stringify({
    model: plan.model,
    messages: [{ role: 'user', content }],
    ...(plan.isStream ? { stream: true } : {}),
    ...(plan.maxTokens === null ? {} : { max_tokens: plan.maxTokens }),
  });
  return new Promise((resolve) => {
    const result: CallResult = {
      plan,
      status: null,
      requestId: null,
      retryAfter: null,
      body: '',
      ending: 'broken',
      isAnswered: false,
      errorCode: null,
      tookMs: 0,
    };
    const beganAtMs = performance.now();
    const timers: NodeJS.Timeout[] = [];
    const finish = (): void => {
      for (const timer of timers) clearTimeout(timer);
      result.tookMs = Math.round(performance.now() - beganAtMs);
      resolve(result);
    };
    const call = request(`${origin}/v1/chat/completions`, {
      method: 'POST',
      agent: false,
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(plan.idempotencyKey === null ? {} : { 'idempotency-key': plan.idempotencyKey }),
      },
    });
    call.on('response', (answer) => {
      result.status = answer.statusCode ?? null;
      const header = (name: string): string | null => answer.headers[name]?.toString() ?? null;
      result.requestId = header('x-request-id');
      result.retryAfter = header('retry-after');
      answer.setEncoding('utf8').on('data', (part: string) => {
        result.body += part;
        // Whoever saw this has been answered, whatever happens to the connection then.
        if (plan.isStream && result.body.includes('data: [DONE]')) result.isAnswered = true;
      });
      answer.on('end', () => {
        if (!answer.complete) return;
        result.ending = 'whole';
        if (!plan.isStream && result.status === 200) result.isAnswered = true;
      });
      answer.on('error', () => undefined);
      answer.on('close', finish);
    });
    call.on('error', (error: NodeJS.ErrnoException) => {
      result.errorCode = error.code ?? error.message;
      finish();
    });
    if (plan.leaveAfterMs !== null) timers.push(setTimeout(() => leave('left'), plan.leaveAfterMs));
    timers.push(setTimeout(() => leave('hung'), HANG_MS));
    function leave(ending: 'left' | 'hung'): void {
      if (result.ending !== 'whole') result.ending = ending;
      call.destroy();
    }
    call.end(body);
  });
}
