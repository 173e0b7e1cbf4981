import type { Dictionary } from '#lib/i18n/dictionary.ts';
import type { AnswerTurn } from './turn.ts';

/** Why an answer ended, in a sentence, where it did not simply come to its end. */
export function finishWords(
  { finishReason, toolCalls }: Pick<AnswerTurn, 'finishReason' | 'toolCalls'>,
  t: Dictionary['playground'],
): string | undefined {
  switch (finishReason) {
    case undefined:
    case 'stop':
      return undefined;
    case 'length':
      return t.cutLength;
    case 'content_filter':
      return t.cutFilter;
    case 'tool_calls':
    case 'function_call':
      return toolCalls.length > 0 ? t.wantsTools : undefined;
    default:
      return t.endedBy(finishReason.slice(0, 60));
  }
}
