import { z } from 'zod';

/** As much of a `chat.completion` as the gateway relies on; vendors differ in the rest. */
export const chatAnswerSchema = z.object({
  model: z.string().optional(),
  choices: z
    .array(
      z.object({
        message: z.object({ role: z.string().optional(), content: z.unknown().optional() }),
      }),
    )
    .min(1),
});

export const chatChunkSchema = z.object({
  choices: z.array(
    z.object({ delta: z.record(z.string(), z.unknown()), finish_reason: z.string().nullish() }),
  ),
});

export const embeddingAnswerSchema = z.object({
  model: z.string().optional(),
  data: z.array(z.object({ embedding: z.union([z.array(z.number()).min(1), z.string().min(1)]) })).min(1),
});

export const modelListSchema = z.object({ data: z.array(z.object({ id: z.string() })) });
