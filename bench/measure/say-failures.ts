import type { Gateway } from '../gateways/gateway.ts';

const SHOWN_CHARACTERS = 800;

/** Tells that calls failed, which makes a round's figures doubtful, and what the gateway said of it last. */
export function sayFailures(
  say: (line: string) => void,
  gateway: Gateway,
  { failed, firstFailure }: { failed: number; firstFailure: string | null },
): void {
  say(`  ${gateway.name}: ${failed} failed (${firstFailure ?? 'no reason'})`);
  const said = gateway.output().slice(-SHOWN_CHARACTERS).trim();
  if (said !== '') say(said.replaceAll(/^/gm, '    | '));
}
