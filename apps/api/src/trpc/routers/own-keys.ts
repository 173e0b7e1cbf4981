import { deleteOwnKey } from '@aigc/core/own-keys/delete-own-key';
import { listOwnKeys } from '@aigc/core/own-keys/list-own-keys';
import { saveOwnKey } from '@aigc/core/own-keys/save-own-key';
import { okSchema } from '@aigc/shared/schemas/fields';
import {
  listOwnKeysOutputSchema,
  ownKeyRefSchema,
  ownKeySchema,
  saveOwnKeyInputSchema,
} from '@aigc/shared/schemas/own-keys';
import { router, userProcedure } from '../trpc.ts';

const procedure = userProcedure('own_provider_keys');

/** The caller's own keys for the platform's providers. */
export const ownKeysRouter = router({
  list: procedure
    .output(listOwnKeysOutputSchema)
    .query(async ({ ctx }) => ({ items: await listOwnKeys(ctx.deps, ctx.actor) })),
  save: procedure
    .input(saveOwnKeyInputSchema)
    .output(ownKeySchema)
    .mutation(({ ctx, input }) => saveOwnKey(ctx.deps, ctx.actor, input)),
  delete: procedure
    .input(ownKeyRefSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await deleteOwnKey(ctx.deps, ctx.actor, input.provider_id);
      return { ok: true as const };
    }),
});
