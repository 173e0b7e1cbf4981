import { callEventSchema } from '@aigc/shared/schemas/logs';
import { bigIdSchema, timeSchema } from '@aigc/shared/schemas/fields';
import { z } from 'zod';

/** The channel on which settled calls are announced, once their transaction has committed. */
export const CALLS_CHANNEL = 'aigc_calls';

const announcementSchema = callEventSchema.extend({ user_id: z.string(), organisation_id: z.string() });

/** What is said of a settled call, and whose it is. */
export type CallAnnouncement = z.infer<typeof announcementSchema>;

const announcementsSchema = z.union([
  z.object({ calls: z.array(announcementSchema) }),
  /** More calls than a notification can name: those from this id on are in the log; none of them began before `from`. */
  z.object({ from_id: bigIdSchema, from: timeSchema.optional() }),
]);

/** What one notification says: the calls that one transaction has settled. */
export type CallAnnouncements = z.infer<typeof announcementsSchema>;

/** PostgreSQL refuses payloads of 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7_900;
/** No call takes fewer bytes than 120, so more than these are never named. */
export const MAX_NAMED_CALLS = Math.floor(MAX_PAYLOAD_BYTES / 120);

/**
 * The payload of the notification about calls that were settled together; none: too many to be named. `first`: the least
 * id of them, and when the first of them began.
 */
export function announce(calls: readonly CallAnnouncement[], first: { id: string; beganAt: string }): string {
  const summary = JSON.stringify({ from_id: first.id, from: first.beganAt } satisfies CallAnnouncements);
  if (calls.length === 0 || calls.length > MAX_NAMED_CALLS) return summary;
  const payload = JSON.stringify({ calls: [...calls] } satisfies CallAnnouncements);
  return Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES ? summary : payload;
}

/** Reads a NOTIFY payload. Null: another version of the product, on the same database, announces in another form. */
export function readAnnouncements(payload: string): CallAnnouncements | null {
  try {
    return announcementsSchema.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
