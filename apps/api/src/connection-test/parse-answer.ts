import { readOpenAiError, readOpenAiUsage } from '@aigc/providers/openai-compatible';
import type { z } from 'zod';
import type { Probe } from './probe.ts';
import { TestFailure } from './test-failure.ts';

/**
 * Checks what the openai package made of an answer with a good status. It hands over text when the content
 * type is not JSON's, although the text may be JSON all the same.
 * @throws TestFailure `html_answer`, `invalid_json`, `not_openai` or `upstream_error`
 */
export function parseAnswer<T>(
  probe: Probe,
  answer: unknown,
  schema: z.ZodType<T>,
): { parsed: T; usage: { inputTokens: number; outputTokens: number } | null } {
  const httpStatus = probe.status;
  if (probe.contentType === 'text/html') throw new TestFailure('html_answer', { httpStatus });
  const body = typeof answer === 'string' ? parseText(answer, httpStatus) : answer;
  if (body === null || body === undefined) throw new TestFailure('invalid_json', { httpStatus });
  const result = schema.safeParse(body);
  if (!result.success) {
    const isError = typeof body === 'object' && 'error' in body && readOpenAiError(body) !== undefined;
    throw new TestFailure(isError ? 'upstream_error' : 'not_openai', { httpStatus });
  }
  return { parsed: result.data, usage: readOpenAiUsage(body as Record<string, unknown>) ?? null };
}

function parseText(text: string, httpStatus: number): unknown {
  if (/^\s*<(?:!doctype|html|head|body)/i.test(text)) throw new TestFailure('html_answer', { httpStatus });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TestFailure('invalid_json', { httpStatus, cause });
  }
}
