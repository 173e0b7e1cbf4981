import type { UpstreamErrorBody } from '../../definition.ts';
import { isObject, stringOf } from '../../json-values.ts';

/** Reads `{type: "error", error: {type, message}}`: https://platform.claude.com/docs/en/api/errors */
export function readAnthropicError(answer: unknown): UpstreamErrorBody | undefined {
  if (!isObject(answer) || !isObject(answer.error)) return undefined;
  const message = stringOf(answer.error.message);
  if (message === null) return undefined;
  const type = stringOf(answer.error.type);
  return { message, type, code: type, param: null };
}
