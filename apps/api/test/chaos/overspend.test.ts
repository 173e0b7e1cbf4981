import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBooks } from './check-books.ts';
import { startChaosWorld, type ChaosWorld } from './chaos-world.ts';

/** A thousand tokens of output cost exactly one unit; what is read costs nothing. */
const UNIT_MODEL = 'unit';
const UNIT_TOKENS = 1_000;
const CALLS = 200;
const BALANCE = 10;

let world: ChaosWorld;
beforeAll(async () => {
  world = await startChaosWorld({ env: { WORKERS: '2' } });
  await world.query(
    `insert into aigcspace.models (title, provider_id, upstream_model, is_api_enabled, input_price, output_price, max_output_tokens)
     select ?, provider_id, 'unit', true, 0, 1000, 4096 from aigcspace.models where title = 'priced'`,
    [UNIT_MODEL],
  );
}, 120_000);
afterAll(() => world.close());

test(
  '200 parallel calls whose hold is one unit each, on a balance of ten, over two workers: exactly ten succeed',
  { timeout: 60_000 },
  async () => {
    const { userId, key } = await world.createOwner();
    await world.pay(userId, String(BALANCE));
    world.upstream.expect([
      {
        index: 0,
        // So long that all are under way at once.
        behaviour: { usage: { promptTokens: 5, completionTokens: UNIT_TOKENS }, delayMs: 1_500 },
      },
    ]);
    const statuses = await Promise.all(
      Array.from({ length: CALLS }, async () => {
        const answer = await fetch(`${world.origin()}/v1/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
          body: JSON.stringify({
            model: UNIT_MODEL,
            max_tokens: UNIT_TOKENS,
            messages: [{ role: 'user', content: '{"chaos":0}' }],
          }),
        });
        await answer.text();
        return answer.status;
      }),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(BALANCE);
    expect(statuses.filter((status) => status === 402)).toHaveLength(CALLS - BALANCE);
    await expect.poll(() => checkBooks(world, 'idle'), { timeout: 10_000 }).toEqual([]);
    const balance = (): Promise<{ balance: string }[]> =>
      world.query(
        `select a.balance::text from aigcspace.accounts a join aigcspace.memberships m using (organisation_id) where m.user_id = ?`,
        [userId],
      );
    // What was settled reaches the database a moment later.
    await expect.poll(balance, { timeout: 10_000 }).toEqual([{ balance: '0.0000000000' }]);
    expect(await world.stop()).toBe(0);
    expect(await world.whileStopped(() => checkBooks(world, 'stopped'))).toEqual([]);
  },
);
