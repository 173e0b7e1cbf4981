import type { Limits } from '@aigc/shared/schemas/limits';

/** The limits of an entity of the database that has them. */
interface Limited {
  rpmLimit?: number | null | undefined;
  tpmLimit?: number | null | undefined;
  concurrencyLimit?: number | null | undefined;
}

type LimitsInput = { [Name in keyof Limits]?: Limits[Name] | undefined };

/** Limits as they travel. */
export function toLimits(entity: Limited): Limits {
  return {
    rpm_limit: entity.rpmLimit ?? null,
    tpm_limit: entity.tpmLimit ?? null,
    concurrency_limit: entity.concurrencyLimit ?? null,
  };
}

/** Sets what is given; what is left out stays. */
export function applyLimits(entity: Limited, input: LimitsInput): void {
  if (input.rpm_limit !== undefined) entity.rpmLimit = input.rpm_limit;
  if (input.tpm_limit !== undefined) entity.tpmLimit = input.tpm_limit;
  if (input.concurrency_limit !== undefined) entity.concurrencyLimit = input.concurrency_limit;
}
