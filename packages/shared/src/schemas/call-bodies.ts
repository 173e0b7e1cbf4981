import { z } from 'zod';
import { timeSchema } from './fields.ts';

/** Whose calls have their request and answer kept: nobody's, those that failed, or all. */
export const bodyLogModeSchema = z.enum(['off', 'failed', 'all']);
export type BodyLogMode = z.infer<typeof bodyLogModeSchema>;

export const MIN_BODY_BYTES = 1024;
export const MAX_BODY_BYTES = 1024 * 1024;
export const DEFAULT_BODY_BYTES = 64 * 1024;
export const MAX_BODY_DAYS = 365;
export const DEFAULT_BODY_DAYS = 7;

/** A body of a call, as far as it was kept. */
export const callBodySchema = z.object({
  content_type: z.string(),
  /** Encoded images, sounds and files are cut to a mark that says how large they were. */
  text: z.string(),
  /** Of the whole body, as it travelled. */
  bytes: z.number().int(),
  /** True: the end is missing. */
  is_truncated: z.boolean(),
});
export type CallBody = z.infer<typeof callBodySchema>;

export const callBodiesSchema = z.object({
  /** `none`: nothing is kept of this call (any more). `dropped`: it should have been, but there was no room. */
  state: z.enum(['kept', 'dropped', 'none']),
  request: callBodySchema.nullable(),
  /** Null: nothing was sent. Of a stream its events, one after the other. */
  answer: callBodySchema.nullable(),
  kept_until: timeSchema.nullable(),
});
export type CallBodies = z.infer<typeof callBodiesSchema>;
