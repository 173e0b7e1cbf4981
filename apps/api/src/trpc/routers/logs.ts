import { readCallBodies } from '@aigc/core/call-bodies/read-call-bodies';
import { callLogFacets } from '@aigc/core/logs/call-log-facets';
import { getCallLog } from '@aigc/core/logs/get-call-log';
import { listCallLogs } from '@aigc/core/logs/list-call-logs';
import { callBodiesSchema } from '@aigc/shared/schemas/call-bodies';
import {
  callEventSchema,
  callLogDetailSchema,
  callLogFacetsInputSchema,
  callLogFacetsSchema,
  callLogRefSchema,
  listCallLogsInputSchema,
  listCallLogsOutputSchema,
  onCallInputSchema,
} from '@aigc/shared/schemas/logs';
import { tracked } from '@trpc/server';
import { liveCalls } from '../live-calls.ts';
import { router, userProcedure } from '../trpc.ts';

const procedure = userProcedure('own_calls');

/** The call log: the caller's own calls, and for administrators everybody's. */
export const logsRouter = router({
  list: procedure
    .input(listCallLogsInputSchema)
    .output(listCallLogsOutputSchema)
    .query(({ ctx, input }) => listCallLogs(ctx.deps, ctx.actor, input)),
  get: procedure
    .input(callLogRefSchema)
    .output(callLogDetailSchema)
    .query(({ ctx, input }) => getCallLog(ctx.deps, ctx.actor, input.id)),
  /** Administrators leave a trace in the audit log where they look at another person's. */
  bodies: procedure
    .input(callLogRefSchema)
    .output(callBodiesSchema)
    .query(({ ctx, input }) => readCallBodies(ctx.deps, ctx.actor, input.id)),
  facets: procedure
    .input(callLogFacetsInputSchema)
    .output(callLogFacetsSchema)
    .query(({ ctx, input }) => callLogFacets(ctx.deps, ctx.actor, input.scope)),
  /** The caller's calls as they are settled. A listener that comes back hears what it missed. */
  onCall: procedure
    .input(onCallInputSchema)
    .meta({ yields: callEventSchema })
    .subscription(async function* ({ ctx, input, signal }) {
      for await (const call of liveCalls(ctx, input, signal)) yield tracked(call.id, call);
    }),
});
