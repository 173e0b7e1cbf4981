import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { createKeyForUser } from '@aigc/core/api-keys/create-key';
import { deleteKey } from '@aigc/core/api-keys/delete-key';
import { listAllKeys } from '@aigc/core/api-keys/list-all-keys';
import { rotateKey } from '@aigc/core/api-keys/rotate-key';
import { updateKey } from '@aigc/core/api-keys/update-key';
import { findUserByEmail } from '@aigc/core/users/find-user';
import { generatePlatformKey, KEY_KINDS, type KeyKind } from '@aigc/shared/platform-key';
import { emailSchema, nameSchema } from '@aigc/shared/schemas/fields';
import { MAX_ROTATION_GRACE_SECONDS } from '@aigc/shared/schemas/keys';
import type { CliContext } from './cli-context.ts';
import { usageError } from './cli-error.ts';
import { withInstallation } from './installation.ts';
import { addPolicyOptions, hasPolicy, readPolicy, type PolicyOptions } from './key-policy-options.ts';
import { parseBy, parseDuration, parseInteger } from './parse-value.ts';
import { renderTable } from './table.ts';

const DAY_SECONDS = 86_400;
const MAX_KEY_ID = 2_147_483_647;
const ID = 'the id that `key list` shows';
const parseId = parseInteger(1, MAX_KEY_ID);
const kindOption = (): Option =>
  new Option(
    '--kind <kind>',
    'model: calls models; management: reads and changes the data of the panel over REST',
  )
    .choices(KEY_KINDS)
    .default('model');

/** `key`: the platform's API keys. */
export function addKeyCommand(program: Command, context: CliContext): void {
  const key = program.command('key').description('list, create and change API keys');
  key
    .command('generate')
    .description('print a well-formed key for INIT_API_KEY; nothing is stored')
    .addOption(kindOption())
    .addHelpText('after', '\nExample:\n  INIT_API_KEY=$(npm run -s cli -- key generate)')
    .action(({ kind }: { kind: KeyKind }) => context.terminal.print(generatePlatformKey(kind)));
  key
    .command('list')
    .description('list the keys of everyone, or of one user; never the keys themselves')
    .option('--user <email>', 'only keys of this user', parseBy(emailSchema))
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  npm run cli -- key list --user ann@example.com')
    .action((options: { user?: string; json?: boolean }) => list(context, options));
  addPolicyOptions(
    key
      .command('create')
      .description('create a key and print it, this once')
      .requiredOption('--user <email>', 'whose key it is', parseBy(emailSchema))
      .requiredOption('--name <name>', 'what it is for', parseBy(nameSchema(100)))
      .addOption(kindOption()),
  )
    .addHelpText(
      'after',
      '\nExample:\n  AIGC_API_KEY=$(npm run -s cli -- key create --user ann@example.com --name "Nightly job")',
    )
    .action((options: CreateOptions) => create(context, options));
  addPolicyOptions(
    key
      .command('limit')
      .description('change what a key may do; what is not named stays')
      .argument('<id>', ID, parseId),
  )
    .addHelpText(
      'after',
      '\nExample:\n  npm run cli -- key limit 12 --budget 50/month --rpm 60 --expires none',
    )
    .action((id: number, options: PolicyOptions) => limit(context, id, options));
  key
    .command('rotate')
    .description('give a key another text and print it, this once; everything else about it stays')
    .argument('<id>', ID, parseId)
    .addOption(
      new Option('--grace <duration>', 'how long the text before works as well, e.g. 12h; 0: it ends at once')
        .argParser(parseDuration(MAX_ROTATION_GRACE_SECONDS))
        .default(DAY_SECONDS, '1d'),
    )
    .addHelpText('after', '\nExample:\n  npm run -s cli -- key rotate 12 --grace 7d')
    .action((id: number, { grace }: { grace: number }) => rotate(context, id, grace));
  key
    .command('disable')
    .description('refuse calls with this key until it is enabled again')
    .argument('<id>', ID, parseId)
    .addHelpText('after', '\nExample:\n  npm run cli -- key disable 12')
    .action((id: number) => setStatus(context, id, 'disabled'));
  key
    .command('enable')
    .description('accept a disabled key again')
    .argument('<id>', ID, parseId)
    .addHelpText('after', '\nExample:\n  npm run cli -- key enable 12')
    .action((id: number) => setStatus(context, id, 'active'));
  key
    .command('delete')
    .description('remove a key for good; its calls stay in the log')
    .argument('<id>', ID, parseId)
    .addHelpText('after', '\nExample:\n  npm run cli -- key delete 12')
    .action((id: number) => remove(context, id));
}

interface CreateOptions extends PolicyOptions {
  user: string;
  name: string;
  kind: KeyKind;
}

async function list(context: CliContext, { user, json }: { user?: string; json?: boolean }): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const em = installation.em();
    const userId = user === undefined ? null : (await findUserByEmail({ em }, CLI_ACTOR, user)).id;
    const keys = await listAllKeys({ em }, CLI_ACTOR, { userId });
    if (json === true) return terminal.print(JSON.stringify(keys, null, 2));
    const titles = ['user', 'name', 'kind', 'key', 'status', 'expires', 'budget', 'last used', 'created'];
    const columns = [{ title: 'id', align: 'right' as const }, ...titles.map((title) => ({ title }))];
    const rows = keys.map((key) => [
      String(key.id),
      key.user_email,
      key.name,
      key.kind,
      `${key.api_key_prefix}…${key.last_four}`,
      key.status === 'active' ? key.status : { text: key.status, colour: 'yellow' as const },
      key.expires_at ?? 'never',
      key.budget === null ? '' : `${key.budget_spent ?? '0'} of ${key.budget}/${key.budget_period}`,
      key.last_used_at ?? 'never',
      key.created_at,
    ]);
    terminal.print(renderTable(columns, rows, terminal));
  });
}

async function create(context: CliContext, options: CreateOptions): Promise<void> {
  const { terminal } = context;
  const { user: email, name, kind } = options;
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const deps = await installation.deps();
    const owner = await findUserByEmail(deps, CLI_ACTOR, email);
    const input = { userId: owner.id, name, kind, ...readPolicy(options) };
    const key = await createKeyForUser(deps, CLI_ACTOR, input);
    terminal.note(`Key ${key.id} of ${email}, shown this once:`);
    terminal.print(key.api_key);
  });
}

async function limit(context: CliContext, id: number, options: PolicyOptions): Promise<void> {
  if (!hasPolicy(options)) throw usageError('Name at least one bound to change, such as --rpm 60.');
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const key = await updateKey(await installation.deps(), CLI_ACTOR, { id, ...readPolicy(options) });
    context.terminal.print(`Key ${key.id} (${key.name}) is bound anew.`);
  });
}

async function rotate(context: CliContext, id: number, grace: number): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const key = await rotateKey(await installation.deps(), CLI_ACTOR, { id, grace_seconds: grace });
    const until = key.previous_valid_until;
    terminal.note(
      `Key ${key.id} (${key.name}), shown this once. The one before ${until === null ? 'has ended' : `works until ${until}`}:`,
    );
    terminal.print(key.api_key);
  });
}

async function setStatus(context: CliContext, id: number, status: 'active' | 'disabled'): Promise<void> {
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const key = await updateKey(await installation.deps(), CLI_ACTOR, { id, status });
    context.terminal.print(`Key ${key.id} (${key.name}) is ${key.status}.`);
  });
}

async function remove(context: CliContext, id: number): Promise<void> {
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    await deleteKey(await installation.deps(), CLI_ACTOR, id);
    context.terminal.print(`Key ${id} is deleted.`);
  });
}
