import { z } from 'zod';

/** Building blocks of the wire schemas. Limits stand here once; forms and the API read the same ones. */

export const LOCALES = ['en', 'zh-CN'] as const;
export const localeSchema = z.enum(LOCALES);
export type Locale = z.infer<typeof localeSchema>;

export const themeSchema = z.enum(['system', 'light', 'dark']);
export type Theme = z.infer<typeof themeSchema>;

/** ISO 8601 in UTC, as `Date.prototype.toISOString` writes it. */
export const timeSchema = z.iso.datetime({ offset: true });

/** A decimal written out, e.g. `12.5`; never a float. */
export const decimalSchema = z
  .string()
  .regex(/^-?\d{1,14}(\.\d{1,10})?$/, 'must be a decimal with at most ten places');

/** An amount or price that a person enters: not negative. */
export const amountSchema = z
  .string()
  .trim()
  .regex(/^\d{1,14}(\.\d{1,10})?$/, 'must be a number such as 12.5, not negative, with at most ten decimals');

// eslint-disable-next-line no-control-regex -- control characters are exactly what names may not hold
const NO_CONTROL = /^[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*$/;

/** A name a person gives: trimmed, without control characters, those that reverse text among them. */
export const nameSchema = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(maxLength)
    .regex(NO_CONTROL, 'must not contain control characters');

/** Free text of several lines. NUL is refused because PostgreSQL cannot keep it. */
export const textSchema = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((text) => !text.includes('\0'), 'must not contain the character NUL');

export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .pipe(z.email('must be an e-mail address'));

/** Passwords: length is what counts; 128 bounds the cost of hashing. */
export const passwordSchema = z.string().min(8, 'must have at least 8 characters').max(128);

/** A serial primary key. The upper bound is PostgreSQL's `integer`. */
export const serialIdSchema = z.number().int().min(1).max(2_147_483_647);

/** An input that is the id of one thing. */
export const serialRefSchema = z.object({ id: serialIdSchema });

/** Grows with every change; a change that names an older one than is there is refused. */
export const versionSchema = z.number().int().min(0).max(2_147_483_647);

/** `bigserial` keys travel as decimal strings, because JavaScript numbers end at 2^53. */
export const bigIdSchema = z.string().regex(/^[1-9]\d{0,18}$/, 'must be an id');

/** Where the next page starts: opaque to callers. */
export const cursorSchema = z.string().min(1).max(200);

export const pageLimitSchema = z.number().int().min(1).max(200);

export const okSchema = z.object({ ok: z.literal(true) });
