import { embeddingAnswerSchema } from './answer-schemas.ts';
import { parseAnswer } from './parse-answer.ts';
import type { AnswerFindings } from './probe-chat.ts';
import type { Probe } from './probe.ts';

/** One embedding. Rejects when the answer holds no vector. */
export async function probeEmbedding(probe: Probe, model: string): Promise<AnswerFindings> {
  const body: unknown = await probe.client.embeddings.create({
    model,
    input: 'OK',
    // Otherwise the package asks for base64, which some servers do not know.
    encoding_format: 'float',
  });
  const { parsed, usage } = parseAnswer(probe, body, embeddingAnswerSchema);
  return { model: parsed.model, usage };
}
