import { changePassword } from '@aigc/core/sessions/change-password';
import { listSessions } from '@aigc/core/sessions/list-sessions';
import { revokeOtherSessions, revokeSession } from '@aigc/core/sessions/revoke-sessions';
import { updateProfile } from '@aigc/core/users/update-profile';
import { okSchema } from '@aigc/shared/schemas/fields';
import { passwordInputSchema, profileInputSchema, sessionSchema } from '@aigc/shared/schemas/viewer';
import { z } from 'zod';
import { requireSession } from '../require-session.ts';
import { router, userProcedure } from '../trpc.ts';

export const accountRouter = router({
  update: userProcedure('own_user')
    .input(profileInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      await updateProfile(ctx.deps, ctx.actor, input);
      return { ok: true };
    }),

  changePassword: userProcedure('own_user')
    .input(passwordInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      const { publicId } = requireSession(ctx);
      await changePassword({ ...ctx.deps, throttle: ctx.container.signInThrottle }, ctx.actor, {
        currentPassword: input.current_password,
        newPassword: input.new_password,
        keepPublicId: publicId,
      });
      return { ok: true };
    }),

  sessions: userProcedure('own_user')
    .output(z.object({ items: z.array(sessionSchema) }))
    .query(async ({ ctx }) => ({
      items: await listSessions(ctx.deps, ctx.actor, ctx.session?.publicId ?? null),
    })),

  revokeSession: userProcedure('own_user')
    .input(z.object({ id: z.string().min(1).max(50) }))
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      requireSession(ctx);
      await revokeSession(ctx.deps, ctx.actor, input.id);
      return { ok: true };
    }),

  revokeOtherSessions: userProcedure('own_user')
    .output(okSchema)
    .mutation(async ({ ctx }) => {
      await revokeOtherSessions(ctx.deps, ctx.actor, requireSession(ctx).publicId);
      return { ok: true };
    }),
});
