import { createKey } from '@aigc/core/api-keys/create-key';
import { deleteKey } from '@aigc/core/api-keys/delete-key';
import { keyUsage } from '@aigc/core/api-keys/key-usage';
import { listKeys } from '@aigc/core/api-keys/list-keys';
import { rotateKey } from '@aigc/core/api-keys/rotate-key';
import { updateKey } from '@aigc/core/api-keys/update-key';
import { okSchema, serialRefSchema } from '@aigc/shared/schemas/fields';
import {
  apiKeySchema,
  createKeyInputSchema,
  createKeyOutputSchema,
  keyUsageInputSchema,
  keyUsageSchema,
  listKeysOutputSchema,
  rotateKeyInputSchema,
  updateKeyInputSchema,
} from '@aigc/shared/schemas/keys';
import { router, userProcedure } from '../trpc.ts';

const procedure = userProcedure('own_keys');

/** The caller's platform API keys. */
export const keysRouter = router({
  list: procedure
    .output(listKeysOutputSchema)
    .query(async ({ ctx }) => ({ items: await listKeys(ctx.deps, ctx.actor) })),
  usage: procedure
    .input(keyUsageInputSchema)
    .output(keyUsageSchema)
    .query(({ ctx, input }) => keyUsage(ctx.deps, ctx.actor, input)),
  create: procedure
    .input(createKeyInputSchema)
    .output(createKeyOutputSchema)
    .mutation(({ ctx, input }) => createKey(ctx.deps, ctx.actor, input)),
  update: procedure
    .input(updateKeyInputSchema)
    .output(apiKeySchema)
    .mutation(({ ctx, input }) => updateKey(ctx.deps, ctx.actor, input)),
  /** Another text for the same key, with all its bounds, budget and history. */
  rotate: procedure
    .input(rotateKeyInputSchema)
    .output(createKeyOutputSchema)
    .mutation(({ ctx, input }) => rotateKey(ctx.deps, ctx.actor, input)),
  delete: procedure
    .input(serialRefSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await deleteKey(ctx.deps, ctx.actor, input.id);
      return { ok: true as const };
    }),
});
