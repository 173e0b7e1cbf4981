import type { Conformance, Probe, ProbeVerdict } from '@aigc/shared/schemas/conformance';
import { expect, test } from 'vitest';
import { mergeConformance } from './record-conformance.ts';

const THEN = '2026-11-20T10:00:00.000Z';
const NOW = '2026-11-21T10:00:00.000Z';

function run(at: string, verdicts: Partial<Record<Probe, ProbeVerdict>>): Conformance {
  const results = Object.entries(verdicts).map(([probe, verdict]) => ({
    probe: probe as Probe,
    verdict,
    note: null,
    latency_ms: 1,
  }));
  return { tested_at: at, results };
}

const verdictsOf = ({ results }: Conformance) =>
  Object.fromEntries(results.map(({ probe, verdict }) => [probe, verdict]));

test('a first run is kept as it is', () => {
  const first = run(NOW, { unary: 'failed', tools: 'skipped' });
  expect(mergeConformance(null, first)).toEqual(first);
});

test('what was asked again is replaced, and what was not stays', () => {
  const merged = mergeConformance(
    run(THEN, { unary: 'yes', tools: 'no', vision: 'failed' }),
    run(NOW, { tools: 'yes', vision: 'no' }),
  );
  expect(merged.tested_at).toBe(NOW);
  expect(verdictsOf(merged)).toEqual({ unary: 'yes', tools: 'yes', vision: 'no' });
});

test('an outage takes nothing away that was seen, and does not make it look newer', () => {
  const before = run(THEN, { unary: 'yes', tools: 'no' });
  const merged = mergeConformance(before, run(NOW, { unary: 'failed', tools: 'skipped', stop: 'skipped' }));
  expect(merged.tested_at).toBe(THEN);
  expect(verdictsOf(merged)).toEqual({ unary: 'yes', tools: 'no', stop: 'skipped' });
});
