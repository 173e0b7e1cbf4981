import type { Behaviour, ScriptedUsage } from './behaviour.ts';
import { usageOf, usagePayload } from './chat-answer.ts';

const DEFAULT_DIMENSIONS = 8;

/** An embeddings answer: one vector for each input, always the same for the same input. */
export function embeddingAnswer(
  body: Record<string, unknown>,
  behaviour: Behaviour,
): { payload: Record<string, unknown>; usage: ScriptedUsage | null } {
  const dimensions = typeof body['dimensions'] === 'number' ? body['dimensions'] : DEFAULT_DIMENSIONS;
  const format = behaviour.embeddingFormat ?? (body['encoding_format'] === 'base64' ? 'base64' : 'float');
  const usage = usageOf({ usage: { promptTokens: 5, completionTokens: 0 }, ...behaviour });
  return {
    usage,
    payload: {
      object: 'list',
      model: behaviour.answerModel ?? body['model'],
      data: inputsOf(body['input']).map((input, index) => {
        const vector = embed(input, dimensions);
        return {
          object: 'embedding',
          index,
          embedding: format === 'base64' ? toBase64(vector) : [...vector],
        };
      }),
      ...(usage === null
        ? {}
        : {
            usage: { prompt_tokens: usage.promptTokens, total_tokens: usagePayload(usage)['total_tokens'] },
          }),
    },
  };
}

/** The vector of one input: float32 values that every reader of the answer can recompute. */
export function embed(input: string, dimensions: number = DEFAULT_DIMENSIONS): Float32Array {
  const bytes = Buffer.from(input);
  return Float32Array.from({ length: dimensions }, (_, index) => {
    const sum = bytes.reduce((total, byte, at) => total + byte * (at + index + 1), index);
    return (sum % 1000) / 1000;
  });
}

function toBase64(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

/** A text, several texts, a list of tokens, or several lists of tokens. */
function inputsOf(input: unknown): string[] {
  if (!Array.isArray(input)) return [String(input)];
  if (input.every((item) => typeof item === 'number')) return [input.join(' ')];
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : String(item)));
}
