import { goto } from '$app/navigation';
import { session } from '#lib/session/session.svelte.ts';
import { trpc } from '#lib/trpc.ts';

/** Ends this browser's session and leads to the sign-in page. */
export async function signOut(): Promise<void> {
  await trpc().auth.signOut.mutate();
  session.signedOut();
  await goto('/sign-in', { refreshAll: true });
}
