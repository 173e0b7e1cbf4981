import { FIELD_REASONS } from '@aigc/shared/field-reasons';
import { REFUSALS, type RefusalCode } from '@aigc/shared/refusals';
import type { Reason, ReasonTexts } from '@aigc/shared/reasons';
import { writeReason } from '@aigc/shared/write-reason';

type RefusalTexts = { [Code in RefusalCode]: (typeof REFUSALS)[Code]['text'] };
/** The texts of every reason, as each language has to give them. */
export type AllReasonTexts = ReasonTexts<typeof FIELD_REASONS> & ReasonTexts<RefusalTexts>;

const texts: Readonly<Record<string, (params: never) => string>> = {
  ...FIELD_REASONS,
  ...Object.fromEntries(Object.entries(REFUSALS).map(([code, { text }]) => [code, text])),
};

export const reasons = {
  /** A reason as a sentence; for one of a newer server, the sentence given. */
  write: (reason: Reason, otherwise: string): string => sentence(writeReason(texts, reason) ?? otherwise),
};

/** Beside its field, a fragment such as "must not be empty" becomes a sentence. */
function sentence(text: string): string {
  const full = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(full) ? full : `${full}.`;
}
