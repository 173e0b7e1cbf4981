import { createUser } from '@aigc/core/users/create-user';
import { listUsers } from '@aigc/core/users/list-users';
import { resetPassword } from '@aigc/core/users/reset-password';
import { updateUser } from '@aigc/core/users/update-user';
import { okSchema } from '@aigc/shared/schemas/fields';
import {
  adminUserSchema,
  createUserInputSchema,
  listUsersInputSchema,
  listUsersOutputSchema,
  resetPasswordInputSchema,
  updateUserInputSchema,
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
});
