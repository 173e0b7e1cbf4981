import { modelListSchema } from './answer-schemas.ts';
import { parseAnswer } from './parse-answer.ts';
import type { Probe } from './probe.ts';

const MAX_MODELS = 500;
const MAX_ID_LENGTH = 255;

/** Ids from the upstream's `/models`, each once, at most 500. Rejects when it has no such list. */
export async function listModels(probe: Probe, timeoutMs: number): Promise<string[]> {
  probe.callTimeoutMs = timeoutMs;
  try {
    const body: unknown = await probe.client.get('/models');
    const { data } = parseAnswer(probe, body, modelListSchema).parsed;
    const ids = data.map(({ id }) => id).filter(isShowable);
    return [...new Set(ids)].slice(0, MAX_MODELS);
  } finally {
    probe.callTimeoutMs = Infinity;
  }
}

function isShowable(id: string): boolean {
  return id !== '' && id.length <= MAX_ID_LENGTH && !/[\p{Cc}\p{Cf}]/u.test(id);
}
