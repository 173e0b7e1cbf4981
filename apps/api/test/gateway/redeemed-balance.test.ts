import { CLI_ACTOR, type UserActor } from '@aigc/core/actor';
import { createRedeemCodes } from '@aigc/core/redeem-codes/create-redeem-codes';
import { redeemCode } from '@aigc/core/redeem-codes/redeem-code';
import { createThrottle } from '@aigc/core/sessions/throttle';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGatewayWorld, type GatewayWorld } from '../support/gateway-world.ts';

let world: GatewayWorld;
beforeAll(async () => {
  world = await startGatewayWorld();
  await world.addCloudModel({ title: 'dear', inputPrice: '0', outputPrice: '10', maxOutputTokens: 1000 });
});
afterAll(() => world.close());

async function redeem(userId: string, amount: string): Promise<void> {
  const { codes } = await createRedeemCodes({ em: world.em() }, CLI_ACTOR, { count: 1, amount });
  const [tenant] = await world.query<{ organisation_id: string }>(
    `select organisation_id from aigcspace.memberships where user_id = '${userId}'`,
  );
  const organisationId = tenant?.organisation_id ?? '';
  const actor: UserActor = {
    ...CLI_ACTOR,
    kind: 'user',
    userId,
    role: 'user',
    organisationId,
    projectId: '',
  };
  await redeemCode({ em: world.em(), throttle: createThrottle() }, actor, codes[0] ?? '');
}

test('who is refused for want of money calls at once after redeeming, beside what was lent before', async () => {
  const user = await world.createUser();
  const call = () => {
    const body = { model: 'dear', max_tokens: 1000, messages: [{ role: 'user', content: 'x' }] };
    return world.post('/v1/chat/completions', body, { authorization: `Bearer ${user.key}` });
  };
  expect((await call()).status).toBe(402);
  await redeem(user.userId, '0.02');
  world.upstream.next({ usage: { promptTokens: 1, completionTokens: 1000 } });
  expect((await call()).status).toBe(200);
  // What is left is lent to this process when the next code comes.
  await redeem(user.userId, '5');
  world.upstream.next({ usage: { promptTokens: 1, completionTokens: 1000 } });
  expect((await call()).status).toBe(200);
  expect(await world.balance(user.userId)).toMatchObject({ balance: '5.0000000000' });
  // By kind: a bill is entered a little after its answer, so perhaps after the next code.
  const ledger = (await world.ledger(user.userId)).toSorted((x, y) => x.kind.localeCompare(y.kind));
  expect(ledger).toEqual([
    { kind: 'redemption', amount: '0.0200000000' },
    { kind: 'redemption', amount: '5.0000000000' },
    { kind: 'usage', amount: '-0.0100000000' },
    { kind: 'usage', amount: '-0.0100000000' },
  ]);
});

test('the books are right', () => world.expectBooksRight());
