import { findDemoModel } from '@aigc/core/setup/complete-setup';
import type { DataDirClaim } from '@aigc/db/embedded/data-dir-owner';
import type { Container } from './container.ts';

export interface Announcement {
  origin: string;
  setupToken: string | null;
  container: Container;
  claim: DataDirClaim;
  say: (line: string) => void;
}

/** What to do next, ready to be copied. */
export async function announce({ origin, setupToken, container, claim, say }: Announcement): Promise<void> {
  claim.setAddress(origin);
  const model = (await findDemoModel(container.deps().em)) || 'MODEL';
  say('');
  say(`  AIGC Space is ready:  ${origin}`);
  if (setupToken !== null) {
    say('');
    say('  Set it up in the browser (the link works once, until the next start):');
    say(`    ${origin}/setup?token=${setupToken}`);
  }
  say('');
  say('  Call it, with a key from the panel:');
  say(`    curl ${origin}/api/v1/chat/completions \\`);
  say(`      -H "Authorization: Bearer $AIGC_API_KEY" -H "Content-Type: application/json" \\`);
  say(`      -d '{"model":"${model}","messages":[{"role":"user","content":"Hello"}]}'`);
  if (container.env.upstreamAllowLoopback) {
    say('');
    say('  Models on this machine may be called (UPSTREAM_ALLOW_LOOPBACK=no forbids it).');
  }
  say('');
}
