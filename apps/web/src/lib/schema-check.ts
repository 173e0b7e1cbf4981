import { reasonOfIssue, usePlainZodMessages } from '@aigc/shared/zod-reasons';
import type { z } from 'zod';
import type { Dictionary } from '#lib/i18n/dictionary.ts';

usePlainZodMessages();

/**
 * What a shared schema has against an input, as sentences by the fields' names on the wire. The only place where the
 * panel runs zod: forms fetch this file when one begins to fill them in.
 */
export function schemaFaults(schema: z.ZodType, input: unknown, t: Dictionary): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const issue of schema.safeParse(input).error?.issues ?? []) {
    // Of several complaints about one field the first is the clearest.
    faults[issue.path.map(String).join('.')] ??= t.reasons.write(reasonOfIssue(issue), issue.message);
  }
  return faults;
}
