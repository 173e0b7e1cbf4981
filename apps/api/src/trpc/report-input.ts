import type { CostReportInput } from '@aigc/core/stats/cost-report';
import type { costReportInputSchema } from '@aigc/shared/schemas/cost-report';
import type { z } from 'zod';

/** A report as it is asked for over the wire. */
export function toReportInput(input: z.output<typeof costReportInputSchema>): CostReportInput {
  const { start, end, time_zone: timeZone, by, scope, user_id: userId } = input;
  return { start, end, timeZone, by, scope: userId === undefined ? scope : { userId } };
}
