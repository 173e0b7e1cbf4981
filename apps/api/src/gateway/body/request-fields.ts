import { AppError } from '@aigc/shared/errors';
import type { ScannedBody } from './scan-body.ts';

/** OpenAI's limit for `n`. */
export const MAX_COMPLETIONS = 128;
/** Far above any model's. */
export const MAX_OUTPUT_TOKENS = 100_000_000;
const MAX_MODEL_LENGTH = 255;

/** The error of a field that is not as it must be. */
export function invalidField(param: string, rule: string): AppError {
  return new AppError('invalid_field', `${param} ${rule}.`, { param });
}

/** A whole number from 1 to `max`; null: not given. @throws AppError `invalid_field` */
export function optionalCount(body: ScannedBody, field: string, max: number): number | null {
  const given = body.read(field);
  if (given === undefined || given === null) return null;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1 || given > max) {
    throw invalidField(field, `must be a whole number from 1 to ${max}`);
  }
  return given;
}

/** False if it is not given. @throws AppError `invalid_field` */
export function optionalBoolean(body: ScannedBody, field: string): boolean {
  const given = body.read(field);
  if (given === undefined || given === null) return false;
  if (typeof given !== 'boolean') throw invalidField(field, 'must be true or false');
  return given;
}

/** The title asked for; null: none. @throws AppError `invalid_field` */
export function modelOf(body: ScannedBody): string | null {
  const model = body.read('model');
  if (model === undefined || model === null || model === '') return null;
  if (typeof model !== 'string') throw invalidField('model', 'must be a string');
  if (model.length > MAX_MODEL_LENGTH)
    throw invalidField('model', `must have at most ${MAX_MODEL_LENGTH} characters`);
  return model;
}

/** The larger of the client's two limits: which of them counts is for the upstream to say; the hold covers either. */
export function chatOutputLimit(body: ScannedBody): number | null {
  const older = optionalCount(body, 'max_tokens', MAX_OUTPUT_TOKENS);
  const newer = optionalCount(body, 'max_completion_tokens', MAX_OUTPUT_TOKENS);
  return older === null || newer === null ? (older ?? newer) : Math.max(older, newer);
}

/** A member that is null counts as not given. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
