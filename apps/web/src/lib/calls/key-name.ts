import type { CallLog } from '@aigc/shared/schemas/logs';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

/** What a call was made with: its key's name, or what stands in for one. */
export function keyName(t: Dictionary, call: Pick<CallLog, 'source' | 'api_key_name'>): string {
  if (call.source === 'playground') return t.logs.playground;
  return call.api_key_name ?? t.logs.keyDeleted;
}
