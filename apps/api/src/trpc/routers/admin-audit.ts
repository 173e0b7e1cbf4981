import { getAuditEntry, listAudit } from '@aigc/core/audit/list-audit';
import {
  auditDetailSchema,
  auditRefSchema,
  listAuditInputSchema,
  listAuditOutputSchema,
} from '@aigc/shared/schemas/audit';
import { adminProcedure, router } from '../trpc.ts';

/** Who changed what. It can be read and never changed. */
export const adminAuditRouter = router({
  list: adminProcedure('platform')
    .input(listAuditInputSchema.prefault({}))
    .output(listAuditOutputSchema)
    .query(({ ctx, input }) => listAudit(ctx.deps, ctx.actor, input)),
  get: adminProcedure('platform')
    .input(auditRefSchema)
    .output(auditDetailSchema)
    .query(({ ctx, input }) => getAuditEntry(ctx.deps, ctx.actor, input.id)),
});
