import { callEventSchema } from '@aigc/shared/schemas/logs';
import { z } from 'zod';

/** The channel on which settled calls are announced, once their transaction has committed. */
export const CALLS_CHANNEL = 'aigc_calls';

const announcementSchema = callEventSchema.extend({ user_id: z.string(), organisation_id: z.string() });

/** What is said of a settled call, and whose it is. */
export type CallAnnouncement = z.infer<typeof announcementSchema>;

/** Reads a NOTIFY payload. Null: another version of the product, on the same database, announces in another form. */
export function readAnnouncement(payload: string): CallAnnouncement | null {
  try {
    return announcementSchema.parse(JSON.parse(payload));
  } catch {
    return null;
  }
}
