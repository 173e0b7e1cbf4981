import { loadFindings } from '#lib/health/load-findings.ts';
import { loadHealthWords } from '#lib/health/words.ts';
import { trpc } from '#lib/trpc.ts';
import type { PageLoad } from './$types';

/** What is there at once; the page then listens. */
export const load: PageLoad = async (event) => {
  const { locale } = await event.parent();
  const [health, texts, words] = await Promise.all([
    trpc(event).adminHealth.status.query(),
    loadFindings(locale),
    loadHealthWords(locale),
  ]);
  return { health, texts, words };
};
