import { Client } from 'pg';
import { createSecrets } from '@aigc/core/secrets/create-secrets';
import { parseKeyEncryptionKeys } from '@aigc/core/secrets/key-encryption-keys';
import { providerKeyBinding } from '@aigc/core/upstreams/secret-bindings';
import { newId } from '@aigc/shared/ids';
import { displayPrefix, generatePlatformKey } from '@aigc/shared/platform-key';

export interface SeedOptions {
  connectionString: string;
  /** In the form of `SECRET_KEYS`: what the installation hashes keys and seals credentials with. */
  secretKeys: string;
  upstreamBaseUrl: string;
  /** How many keys there are, spread over the users. */
  keys: number;
}

/** The model that calls name. */
export const MODEL_TITLE = 'bench-model';

const USERS = 400;
const BALANCE = '1000000';
const BATCH = 10_000;
/** So high that they are counted for every call and refuse none. */
const LIMITS = { rpm: 1_000_000_000, tpm: 2_000_000_000, concurrency: 1_000_000 };

/**
 * Fills a new installation as a busy one is filled: users with accounts and balances, many keys, limits on
 * keys, users and the model, and a cloud model with a price behind the mock upstream.
 * @returns the keys in full
 */
export async function seedInstallation(options: SeedOptions): Promise<string[]> {
  const client = new Client({ connectionString: options.connectionString });
  await client.connect();
  try {
    await client.query('begin');
    await seedModel(client, options);
    const users = await seedUsers(client);
    const keys = await seedKeys(client, users, options);
    await setLimits(client);
    await client.query('commit');
    await client.query('analyze');
    return keys;
  } finally {
    await client.end();
  }
}

async function seedModel(client: Client, { secretKeys, upstreamBaseUrl }: SeedOptions): Promise<void> {
  const { rows } = await client.query<{ id: number }>(
    `insert into aigcspace.providers (name, dialect, base_url) values ('Bench', 'openai-compatible', $1) returning id`,
    [upstreamBaseUrl],
  );
  const id = rows[0]?.id ?? 0;
  const secrets = createSecrets(parseKeyEncryptionKeys(secretKeys));
  const credential = secrets.seal('sk-bench-upstream', providerKeyBinding({ id, baseUrl: upstreamBaseUrl }));
  await client.query('update aigcspace.providers set api_key = $2 where id = $1', [id, credential]);
  await client.query(
    `insert into aigcspace.models (title, provider_id, upstream_model, is_api_enabled, input_price, output_price, max_output_tokens, context_length)
     values ($1, $2, 'bench-upstream', true, 2.4, 9.6, 4096, 1000000)`,
    [MODEL_TITLE, id],
  );
}

interface SeededUser {
  userId: string;
  projectId: string;
}

async function seedUsers(client: Client): Promise<SeededUser[]> {
  const users = Array.from({ length: USERS }, () => ({
    userId: newId('usr'),
    projectId: newId('prj'),
    organisationId: newId('org'),
    accountId: newId('acc'),
  }));
  const column = (name: keyof (typeof users)[number]): string[] => users.map((user) => user[name]);
  await client.query(
    `insert into aigcspace.users (id, email, name, password_hash) select id, id || '@example.com', 'Caller', 'none' from unnest($1::text[]) id`,
    [column('userId')],
  );
  await client.query(
    `insert into aigcspace.organisations (id, name, kind) select id, 'Caller', 'personal' from unnest($1::text[]) id`,
    [column('organisationId')],
  );
  await client.query(
    `insert into aigcspace.memberships (organisation_id, user_id, role) select o, u, 'owner' from unnest($1::text[], $2::text[]) t(o, u)`,
    [column('organisationId'), column('userId')],
  );
  await client.query(
    `insert into aigcspace.projects (id, organisation_id, name, is_default) select p, o, 'Default', true from unnest($1::text[], $2::text[]) t(p, o)`,
    [column('projectId'), column('organisationId')],
  );
  await client.query(
    `insert into aigcspace.accounts (id, organisation_id, balance) select a, o, $3::numeric from unnest($1::text[], $2::text[]) t(a, o)`,
    [column('accountId'), column('organisationId'), BALANCE],
  );
  await client.query(
    `insert into aigcspace.ledger_entries (account_id, kind, amount, balance_after) select a, 'topup', $2::numeric, $2::numeric from unnest($1::text[]) a`,
    [column('accountId'), BALANCE],
  );
  return users;
}

async function seedKeys(
  client: Client,
  users: readonly SeededUser[],
  options: SeedOptions,
): Promise<string[]> {
  const secrets = createSecrets(parseKeyEncryptionKeys(options.secretKeys));
  const all: string[] = [];
  while (all.length < options.keys) {
    const keys = Array.from({ length: Math.min(BATCH, options.keys - all.length) }, () =>
      generatePlatformKey(),
    );
    const owners = keys.map((_, index) => users[index % users.length]);
    const [first] = keys.map((key) => secrets.hashKey(key));
    await client.query(
      `insert into aigcspace.platform_api_key (user_id, project_id, api_key, pepper_id, api_key_prefix, last_four, name)
       select u, p, h, $6::int, prefix, last_four, 'Bench'
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) t(u, p, h, prefix, last_four)`,
      [
        owners.map((owner) => owner?.userId),
        owners.map((owner) => owner?.projectId),
        keys.map((key) => secrets.hashKey(key).hash),
        keys.map(displayPrefix),
        keys.map((key) => key.slice(-4)),
        first?.pepperId,
      ],
    );
    all.push(...keys);
  }
  return all;
}

/** Limits on every key and user and on the model. */
async function setLimits(client: Client): Promise<void> {
  const { rpm, tpm, concurrency } = LIMITS;
  for (const table of ['platform_api_key', 'users', 'models']) {
    await client.query(
      `update aigcspace.${table} set rpm_limit = ${rpm}, tpm_limit = ${tpm}, concurrency_limit = ${concurrency}`,
    );
  }
}
