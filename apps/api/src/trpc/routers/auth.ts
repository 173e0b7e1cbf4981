import { signIn } from '@aigc/core/sessions/sign-in';
import { signOut } from '@aigc/core/sessions/sign-out';
import { registerUser } from '@aigc/core/users/register-user';
import { okSchema } from '@aigc/shared/schemas/fields';
import { registerInputSchema, signInInputSchema } from '@aigc/shared/schemas/viewer';
import { requireSession } from '../require-session.ts';
import { publicProcedure, router, userProcedure } from '../trpc.ts';

export const authRouter = router({
  signIn: publicProcedure('anyone')
    .meta({ setsCookie: true })
    .input(signInInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      const deps = { ...ctx.deps, throttle: ctx.container.signInThrottle };
      const { cookie } = await signIn(deps, ctx.client, input);
      ctx.setCookie(cookie);
      return { ok: true };
    }),

  register: publicProcedure('anyone')
    .meta({ setsCookie: true })
    .input(registerInputSchema)
    .output(okSchema)
    .mutation(async ({ ctx, input }) => {
      const deps = { ...ctx.deps, throttle: ctx.container.signInThrottle };
      const { cookie } = await registerUser(deps, ctx.client, input);
      ctx.setCookie(cookie);
      return { ok: true };
    }),

  signOut: userProcedure('own_user')
    .meta({ setsCookie: true })
    .output(okSchema)
    .mutation(async ({ ctx }) => {
      const { publicId } = requireSession(ctx);
      ctx.setCookie(await signOut(ctx.deps, ctx.actor, { publicId, isSecure: ctx.client.isSecure }));
      return { ok: true };
    }),
});
