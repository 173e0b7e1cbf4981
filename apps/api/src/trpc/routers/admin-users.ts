import { createUser } from '@aigc/core/users/create-user';
import { endSessions } from '@aigc/core/users/end-sessions';
import { listUsers } from '@aigc/core/users/list-users';
import { resetPassword } from '@aigc/core/users/reset-password';
import { updateUser } from '@aigc/core/users/update-user';
import { okSchema } from '@aigc/shared/schemas/fields';
import {
  adminUserSchema,
  createUserInputSchema,
  endSessionsOutputSchema,
  listUsersInputSchema,
  listUsersOutputSchema,
  resetPasswordInputSchema,
  updateUserInputSchema,
  userRefSchema,
} from '@aigc/shared/schemas/users';
import { adminProcedure, router } from '../trpc.ts';

export const adminUsersRouter = router({
  list: adminProcedure('platform')
    .input(listUsersInputSchema.prefault({}))
    .output(listUsersOutputSchema)
    .query(({ ctx, input }) => listUsers(ctx.deps, ctx.actor, input)),

  create: adminProcedure('platform')
    .input(createUserInputSchema)
    .output(adminUserSchema)
    .mutation(({ ctx, input }) => createUser(ctx.deps, ctx.actor, input)),

  update: adminProcedure('platform')
    .input(updateUserInputSchema)
    .output(adminUserSchema)
    .mutation(({ ctx, input }) => updateUser(ctx.deps, ctx.actor, input)),

  resetPassword: adminProcedure('platform')
    .input(resetPasswordInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await resetPassword(ctx.deps, ctx.actor, { userId: input.id, newPassword: input.password });
      return { ok: true };
    }),

  /** Signs them out everywhere. */
  endSessions: adminProcedure('platform')
    .input(userRefSchema)
    .output(endSessionsOutputSchema)
    .mutation(async ({ ctx, input }) => ({ ended: await endSessions(ctx.deps, ctx.actor, input.id) })),
});
