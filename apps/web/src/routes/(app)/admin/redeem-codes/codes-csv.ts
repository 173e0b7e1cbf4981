import type { CreatedRedeemCodes } from '@aigc/shared/schemas/redeem-codes';

/** Excel reads a CSV without it in the machine's old code page. */
const bom = '\uFEFF';

/** New codes as a CSV file. A note that a spreadsheet would run as a formula gets an apostrophe in front. */
export function codesCsv({
  codes,
  amount,
  currency,
  expires_at: expiresAt,
  note,
  batch_id: batch,
}: CreatedRedeemCodes): string {
  const safe = /^[=+\-@\t\r]/.test(note ?? '') ? `'${note}` : (note ?? '');
  const cell = /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  const lines = codes.map((code) => [code, amount, currency, expiresAt ?? '', batch, cell].join(','));
  return `${bom}${['code,amount,currency,expires_at,batch,note', ...lines].join('\r\n')}\r\n`;
}
