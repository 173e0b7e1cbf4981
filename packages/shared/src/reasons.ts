import { FIELD_REASONS, type FieldReasonCode } from './field-reasons.ts';
import { REFUSALS, type RefusalCode } from './refusals.ts';
import { writeReason } from './write-reason.ts';

/**
 * Why something is refused, as data: a code and what it speaks of. The API and the command line write it in English,
 * the panel in its viewer's language.
 */
export type ReasonCode = FieldReasonCode | RefusalCode;
export type ReasonParams = Readonly<Record<string, string | number>>;
export interface Reason {
  code: ReasonCode;
  params: ReasonParams;
}

/** Texts by reason, in one language: complete, and each with the parameters that the English one takes. */
export type ReasonTexts<Texts> = {
  [Code in keyof Texts]: Texts[Code] extends (params: infer Params) => string
    ? (params: Params) => string
    : () => string;
};

/** The reason in English: a sentence, or, beside a field, what its name is followed by ("must not be empty"). */
export function describeReason(reason: Reason): string {
  return writeReason(ENGLISH, reason) ?? reason.code;
}

const ENGLISH: Readonly<Record<string, (params: never) => string>> = {
  ...FIELD_REASONS,
  ...Object.fromEntries(Object.entries(REFUSALS).map(([code, { text }]) => [code, text])),
};
