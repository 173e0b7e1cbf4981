import type { TestReason } from '@aigc/shared/schemas/connection-test';
import { OutboundError, type OutboundReason } from '../outbound/outbound-error.ts';
import { TestFailure } from './test-failure.ts';

/** An error answer as the probe kept it. */
export interface ErrorAnswer {
  status: number;
  isHtml: boolean;
  /** In OpenAI's envelope, sanitised; undefined when the body has none. */
  message: string | undefined;
  /** Everything that the body says of the error, in any form; for recognising, never shown. */
  searchable: string;
}

const REASON_OF_OUTBOUND: Record<OutboundReason, TestReason> = {
  address_forbidden: 'address_forbidden',
  invalid_url: 'invalid_url',
  // A header that cannot be sent: only the key is the user's.
  invalid_request: 'unauthorized',
  dns: 'dns',
  refused: 'refused',
  tls: 'tls',
  connect_timeout: 'connect_timeout',
  headers_timeout: 'headers_timeout',
  idle_timeout: 'idle_timeout',
  total_timeout: 'total_timeout',
  reset: 'reset',
  redirect: 'redirect',
  too_large: 'too_large',
  bad_response: 'not_openai',
  credential: 'unauthorized',
  aborted: 'aborted',
};

// As OpenAI, vLLM, Ollama, LM Studio, DeepSeek, Zhipu and Alibaba say it.
const UNKNOWN_MODEL =
  /model_?not_?(?:found|exist)|\bmodel\b.{0,200}(?:not (?:found|exist|supported|available)|does(?:n't| not) exist|unknown|invalid)|(?:unknown|invalid|no such|unrecognized) model|模型不存在|模型.{0,40}不存在/is;

// Google's compatible endpoint answers 400 to a bad key.
const BAD_KEY = /api[_ ]key[_ ](?:is )?(?:in|not )valid|invalid api[_ ]key|API_KEY_INVALID/i;

/** The reason behind whatever a call threw: a connection that failed, or an answer that is no answer. */
export function classifyFailure(error: unknown, answer: ErrorAnswer | null): TestFailure {
  if (error instanceof TestFailure) return error;
  const outbound = outboundErrorIn(error);
  if (outbound !== null) {
    return new TestFailure(REASON_OF_OUTBOUND[outbound.reason], {
      cause: outbound,
      httpStatus: outbound.status,
      // Says which part of the credential is at fault.
      ...(outbound.reason === 'credential' ? { message: outbound.message } : {}),
      allowEntry: outbound.allowEntry,
    });
  }
  if (answer !== null) return classifyErrorAnswer(answer);
  return new TestFailure(error instanceof SyntaxError ? 'invalid_json' : 'not_openai', { cause: error });
}

/** The reason that an answer with an error status stands for. */
function classifyErrorAnswer(answer: ErrorAnswer): TestFailure {
  const { status, message } = answer;
  return new TestFailure(reasonOfStatus(answer), { httpStatus: status, message });
}

function reasonOfStatus({ status, isHtml, searchable }: ErrorAnswer): TestReason {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 400 && BAD_KEY.test(searchable)) return 'unauthorized';
  if (status === 429) return 'rate_limited';
  const isAboutModel = !isHtml && status < 500 && UNKNOWN_MODEL.test(searchable);
  if (isAboutModel) return 'model_not_found';
  // A server that knows the path but not the method is the wrong one just as well.
  if (status === 404 || status === 405) return 'not_found';
  return 'upstream_error';
}

/** The openai package wraps what `fetch` throws. */
function outboundErrorIn(error: unknown): OutboundError | null {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (inner instanceof OutboundError) return inner;
  }
  return null;
}
