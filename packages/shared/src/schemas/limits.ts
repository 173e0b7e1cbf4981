import { z } from 'zod';

/** A limit of calls or tokens. The upper bound is far below PostgreSQL's `integer`, so that sums stay exact. */
const limitSchema = z.number().int().min(1).max(1_000_000_000);

/** Limits as they are told; null: none of that kind. */
export const limitFields = {
  /** Calls per minute. */
  rpm_limit: limitSchema.nullable(),
  /** Tokens per minute. */
  tpm_limit: limitSchema.nullable(),
  /** Calls at the same time. */
  concurrency_limit: limitSchema.nullable(),
};

/** Limits as they are set: what is left out stays, null removes the limit. */
export const limitInputFields = {
  rpm_limit: limitSchema.nullish(),
  tpm_limit: limitSchema.nullish(),
  concurrency_limit: limitSchema.nullish(),
};

export interface Limits {
  rpm_limit: number | null;
  tpm_limit: number | null;
  concurrency_limit: number | null;
}
