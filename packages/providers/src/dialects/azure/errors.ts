import type { ErrorAnswer, FailureKind, UpstreamErrorBody } from '../../definition.ts';
import { isObject, objectOf, stringOf } from '../../json-values.ts';
import { readOpenAiError } from '../../openai-compatible.ts';

/** Azure's errors: OpenAI's, with a reason inside; those of what stands before it lack `error`, type and parameter. */
export function readAzureError(answer: unknown): UpstreamErrorBody | undefined {
  const said = readOpenAiError(answer);
  if (said !== undefined) return said;
  if (!isObject(answer)) return undefined;
  const message = stringOf(answer.Message) ?? stringOf(answer.title) ?? stringOf(objectOf(answer.error).code);
  return message === null ? undefined : { message, type: null, code: null, param: null };
}

/** What an error of Azure's means where its status would mislead; undefined: what its status says. */
export function classifyAzureError({ status, error, body }: ErrorAnswer): FailureKind | undefined {
  const inner = stringOf(objectOf(objectOf(objectOf(body).error).innererror).code);
  if (error?.code === 'content_filter' || inner === 'ResponsibleAIPolicyViolation') return 'content_filter';
  if (error?.code === 'insufficient_quota') return 'quota';
  // No deployment of this name, or no such address: how it is set up, not what the caller wrote.
  if (status === 404) return 'broken';
  return undefined;
}
