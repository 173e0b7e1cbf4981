import { z } from 'zod';
import { timeSchema } from './fields.ts';

/** A plug-in as it was configured, and what became of it in the process that answers. */
export const pluginSchema = z.object({
  /** As `PLUGINS` names it. */
  source: z.string(),
  /** The dialect that it adds; null: it could not be loaded. */
  id: z.string().nullable(),
  label: z.string().nullable(),
  version: z.string().nullable(),
  state: z.enum(['loaded', 'failed']),
  /** Why it is left out. */
  fault: z.string().nullable(),
  /** How often it threw, or answered wrongly, in calls since the start. */
  call_faults: z.number().int(),
  last_call_fault: z.object({ at: timeSchema, operation: z.string(), message: z.string() }).nullable(),
});
export type Plugin = z.infer<typeof pluginSchema>;

export const listPluginsOutputSchema = z.object({ items: z.array(pluginSchema) });
