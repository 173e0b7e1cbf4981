import { exportCatalogue } from '@aigc/core/catalogue/export-catalogue';
import { importCatalogue } from '@aigc/core/catalogue/import-catalogue';
import {
  catalogueFileSchema,
  importCatalogueInputSchema,
  importCatalogueOutputSchema,
} from '@aigc/shared/schemas/catalogue';
import type { z } from 'zod';
import type { RequestContext } from '../context.ts';
import { adminProcedure, router } from '../trpc.ts';
import { upstreamDeps } from '../upstream-deps.ts';

const procedure = adminProcedure('platform');

/** Providers and models as a file. */
export const adminCatalogueRouter = router({
  export: procedure
    .output(catalogueFileSchema)
    .query(async ({ ctx }) => ({ text: await exportCatalogue(ctx.deps, ctx.actor) })),
  /** What an import of this file would do. It changes nothing, and is a mutation only because files are long. */
  plan: procedure
    .input(importCatalogueInputSchema)
    .output(importCatalogueOutputSchema)
    .mutation(({ ctx, input }) => importFile(ctx, input, true)),
  import: procedure
    .input(importCatalogueInputSchema)
    .output(importCatalogueOutputSchema)
    .mutation(({ ctx, input }) => importFile(ctx, input, false)),
});

type AdminContext = Pick<RequestContext, 'deps' | 'container'> & {
  actor: NonNullable<RequestContext['actor']>;
};

async function importFile(
  ctx: AdminContext,
  { text, replace }: z.output<typeof importCatalogueInputSchema>,
  isDryRun: boolean,
) {
  const { providerKeys } = ctx.container.env;
  const options = { text, isReplace: replace, isDryRun, providerKeys };
  const { faults, changes } = await importCatalogue(upstreamDeps(ctx), ctx.actor, options);
  return { faults: [...faults], changes };
}
