import { router } from './trpc.ts';
import { viewerRouter } from './routers/viewer.ts';

/** Every procedure. Clients import its type alone. */
export const appRouter = router({
  viewer: viewerRouter,
});

export type AppRouter = typeof appRouter;
