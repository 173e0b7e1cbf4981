import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { topUp } from '@aigc/core/billing/top-up';
import { readSettings } from '@aigc/core/settings/settings';
import { createUser } from '@aigc/core/users/create-user';
import { findUserByEmail } from '@aigc/core/users/find-user';
import { everyUser } from '@aigc/core/users/list-users';
import { resetPassword } from '@aigc/core/users/reset-password';
import { updateUser, type UpdateUserInput } from '@aigc/core/users/update-user';
import { topUpInputSchema } from '@aigc/shared/schemas/billing';
import { emailSchema, nameSchema } from '@aigc/shared/schemas/fields';
import type { AdminUser } from '@aigc/shared/schemas/users';
import { roleSchema, type Role } from '@aigc/shared/schemas/viewer';
import { readNewPassword, type PasswordOptions } from './ask.ts';
import type { CliContext } from './cli-context.ts';
import { withInstallation } from './installation.ts';
import { parseBy } from './parse-value.ts';
import { addPasswordOptions } from './password-options.ts';
import { alignDecimals, renderTable } from './table.ts';

const EMAIL = "the user's e-mail address";
const parseEmail = parseBy(emailSchema);

/** `user`: the people of the installation and their money. */
export function addUserCommand(program: Command, context: CliContext): void {
  const user = program.command('user').description('list, create and change users, and top up their balance');
  user
    .command('list')
    .description('list every user with their balance')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  npm run cli -- user list')
    .action((options: { json?: boolean }) => list(context, options));
  addPasswordOptions(
    user
      .command('create')
      .description('create a user')
      .requiredOption('--email <address>', EMAIL, parseEmail)
      .requiredOption('--name <name>', 'their name', parseBy(nameSchema(100)))
      .addOption(new Option('--role <role>', 'what they may do').choices(roleSchema.options).default('user')),
  )
    .addHelpText(
      'after',
      '\nExample:\n  npm run cli -- user create --email ann@example.com --name Ann --password-stdin < password.txt',
    )
    .action((options: CreateOptions) => create(context, options));
  user
    .command('deactivate')
    .description('end their sessions and refuse their keys; their history stays')
    .argument('<email>', EMAIL, parseEmail)
    .addHelpText('after', '\nExample:\n  npm run cli -- user deactivate ann@example.com')
    .action((email: string) => change(context, email, { status: 'deactivated' }));
  user
    .command('activate')
    .description('let a deactivated user in again')
    .argument('<email>', EMAIL, parseEmail)
    .addHelpText('after', '\nExample:\n  npm run cli -- user activate ann@example.com')
    .action((email: string) => change(context, email, { status: 'active' }));
  user
    .command('set-role')
    .description('make them an administrator, or a user again')
    .argument('<email>', EMAIL, parseEmail)
    .addArgument(user.createArgument('<role>', 'what they may do').choices(roleSchema.options))
    .addHelpText('after', '\nExample:\n  npm run cli -- user set-role ann@example.com admin')
    .action((email: string, role: Role) => change(context, email, { role }));
  addPasswordOptions(
    user
      .command('reset-password')
      .description('give them another password and end all their sessions')
      .argument('<email>', EMAIL, parseEmail),
  )
    .addHelpText(
      'after',
      '\nExample:\n  npm run cli -- user reset-password ann@example.com --password-stdin < password.txt',
    )
    .action((email: string, options: PasswordOptions) => reset(context, email, options));
  user
    .command('top-up')
    .description("add money to a user's balance, in the currency of the installation")
    .argument('<email>', EMAIL, parseEmail)
    .argument('<amount>', 'for example 12.50', parseBy(topUpInputSchema.shape.amount))
    .option('--note <text>', "shown beside the entry in the user's ledger", parseBy(nameSchema(200)))
    .addHelpText('after', '\nExample:\n  npm run cli -- user top-up ann@example.com 100 --note "May invoice"')
    .action((email: string, amount: string, options: { note?: string }) =>
      addMoney(context, email, { amount, note: options.note }),
    );
}

interface CreateOptions extends PasswordOptions {
  email: string;
  name: string;
  role: Role;
}

async function list(context: CliContext, { json }: { json?: boolean }): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const deps = await installation.deps();
    const users = (await Array.fromAsync(everyUser(deps, CLI_ACTOR))).flat();
    if (json === true) return terminal.print(JSON.stringify(users, null, 2));
    const { currency } = await readSettings(deps.em);
    const balances = alignDecimals(users.map(({ balance }) => balance));
    const columns = [
      { title: 'e-mail' },
      { title: 'name' },
      { title: 'role' },
      { title: 'status' },
      { title: `balance (${currency})`, align: 'right' as const },
      { title: 'keys', align: 'right' as const },
      { title: 'last seen' },
    ];
    const rows = users.map((user, index) => [
      user.email,
      user.name,
      user.role,
      user.status === 'active' ? user.status : { text: user.status, colour: 'yellow' as const },
      balances[index] ?? '',
      String(user.key_count),
      user.last_seen_at ?? 'never',
    ]);
    terminal.print(renderTable(columns, rows, terminal));
  });
}

async function create(context: CliContext, options: CreateOptions): Promise<void> {
  const password = await readNewPassword(context, options, `Password of ${options.email}`);
  const { email, name, role } = options;
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    await createUser(await installation.deps(), CLI_ACTOR, { email, name, role, password });
    context.terminal.print(`Created the ${role === 'admin' ? 'administrator' : 'user'} ${email}.`);
  });
}

async function change(
  context: CliContext,
  email: string,
  to: Pick<UpdateUserInput, 'role' | 'status'>,
): Promise<void> {
  await withUser(context, email, async (user, deps) => {
    const { role, status } = await updateUser(deps, CLI_ACTOR, { id: user.id, ...to });
    context.terminal.print(`${email}: role ${role}, ${status}.`);
  });
}

async function reset(context: CliContext, email: string, options: PasswordOptions): Promise<void> {
  const newPassword = await readNewPassword(context, options, `New password of ${email}`);
  await withUser(context, email, async (user, deps) => {
    await resetPassword(deps, CLI_ACTOR, { userId: user.id, newPassword });
    context.terminal.print(`${email} has a new password and is signed out everywhere.`);
  });
}

async function addMoney(
  context: CliContext,
  email: string,
  { amount, note }: { amount: string; note: string | undefined },
): Promise<void> {
  await withUser(context, email, async (user, deps) => {
    const { balance, currency } = await topUp(deps, CLI_ACTOR, { userId: user.id, amount, note });
    context.terminal.print(`The balance of ${email} is now ${balance} ${currency}.`);
  });
}

type Deps = Parameters<typeof updateUser>[0];

async function withUser(
  context: CliContext,
  email: string,
  use: (user: AdminUser, deps: Deps) => Promise<void>,
): Promise<void> {
  await withInstallation(context, { migrations: 'require' }, async (installation) => {
    const deps = await installation.deps();
    await use(await findUserByEmail(deps, CLI_ACTOR, email), deps);
  });
}
