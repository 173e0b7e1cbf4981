import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import {
  deleteRedeemCodes,
  setRedeemCodesDisabled,
  type RedeemCodeTarget,
} from '@aigc/core/redeem-codes/change-redeem-codes';
import { createRedeemCodes } from '@aigc/core/redeem-codes/create-redeem-codes';
import { everyRedeemCode } from '@aigc/core/redeem-codes/list-redeem-codes';
import { nameSchema } from '@aigc/shared/schemas/fields';
import {
  createRedeemCodesInputSchema,
  MAX_REDEEM_CODES,
  REDEEM_CODE_STATUSES,
  type RedeemCodeStatus,
} from '@aigc/shared/schemas/redeem-codes';
import type { CliContext } from './cli-context.ts';
import { usageError } from './cli-error.ts';
import { withInstallation } from './installation.ts';
import { parseBy, parseFuture, parseInteger } from './parse-value.ts';
import { alignDecimals, renderTable } from './table.ts';

const parseId = parseInteger(1, 2_147_483_647);

/** `redeem-code`: codes that add to the balance of whoever redeems them first. */
export function addRedeemCodeCommand(program: Command, context: CliContext): void {
  const command = program.command('redeem-code').description('make, list and change redeem codes');
  command
    .command('create')
    .description('make codes and print them, this once, one a line')
    .requiredOption(
      '--amount <amount>',
      'what each adds to a balance, for example 12.50',
      parseBy(createRedeemCodesInputSchema.shape.amount),
    )
    .option('--count <number>', 'how many', parseInteger(1, MAX_REDEEM_CODES), 1)
    .option('--expires <when>', 'until when they can be redeemed, such as 90d or 2026-12-31', parseFuture)
    .option('--note <text>', 'what they are for; who redeems one does not see it', parseBy(nameSchema(200)))
    .addHelpText(
      'after',
      '\nExample:\n  npm run -s cli -- redeem-code create --count 100 --amount 20 --expires 90d --note "Workshop" > codes.txt',
    )
    .action((options: CreateOptions) => create(context, options));
  command
    .command('list')
    .description('list codes, newest first; never the codes themselves')
    .addOption(new Option('--status <status>', 'only these').choices(REDEEM_CODE_STATUSES))
    .option('--batch <id>', 'only those that were made together', parseId)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  npm run cli -- redeem-code list --status open')
    .action((options: ListOptions) => list(context, options));
  for (const [name, isDisabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    addTarget(
      command
        .command(name)
        .description(
          isDisabled ? 'refuse codes until they are enabled again' : 'accept disabled codes again',
        ),
      `npm run cli -- redeem-code ${name} --batch 3`,
    ).action((id: number | undefined, { batch }: TargetOptions) =>
      withInstallation(context, { migrations: 'require' }, async ({ em }) => {
        const target = targetOf(id, batch);
        const { count } = await setRedeemCodesDisabled({ em: em() }, CLI_ACTOR, { ...target, isDisabled });
        context.terminal.print(`Codes ${name}d: ${count}.`);
      }),
    );
  }
  addTarget(
    command.command('delete').description('remove codes that nobody has redeemed, for good'),
    'npm run cli -- redeem-code delete 12',
  ).action((id: number | undefined, { batch }: TargetOptions) =>
    withInstallation(context, { migrations: 'require' }, async ({ em }) => {
      const { count, amount } = await deleteRedeemCodes({ em: em() }, CLI_ACTOR, targetOf(id, batch));
      context.terminal.print(`Codes deleted: ${count}, worth ${amount}.`);
    }),
  );
}

interface CreateOptions {
  amount: string;
  count: number;
  expires?: string;
  note?: string;
}

interface ListOptions {
  status?: RedeemCodeStatus;
  batch?: number;
  json?: boolean;
}

interface TargetOptions {
  batch?: number;
}

function addTarget(command: Command, example: string): Command {
  return command
    .argument('[id]', 'the id that `redeem-code list` shows', parseId)
    .option('--batch <id>', 'all of a batch that nobody has redeemed', parseId)
    .addHelpText('after', `\nExample:\n  ${example}`);
}

function targetOf(id: number | undefined, batch: number | undefined): RedeemCodeTarget {
  if (id !== undefined && batch === undefined) return { id };
  if (batch !== undefined && id === undefined) return { batch_id: batch };
  throw usageError('Name either the id of a code or --batch.');
}

async function create(context: CliContext, { expires, ...options }: CreateOptions): Promise<void> {
  await withInstallation(context, { migrations: 'require' }, async ({ em }) => {
    const made = await createRedeemCodes({ em: em() }, CLI_ACTOR, { ...options, expires_at: expires });
    const until = made.expires_at === null ? '' : ` until ${made.expires_at}`;
    context.terminal.note(
      `Batch ${made.batch_id}: ${made.codes.length} worth ${made.amount} ${made.currency} each${until}, shown this once:`,
    );
    context.terminal.print(made.codes.join('\n'));
  });
}

async function list(context: CliContext, { status, batch, json }: ListOptions): Promise<void> {
  const { terminal } = context;
  await withInstallation(context, { migrations: 'require' }, async ({ em }) => {
    const codes = (
      await Array.fromAsync(everyRedeemCode({ em: em() }, CLI_ACTOR, { status, batch_id: batch }))
    ).flat();
    if (json === true) return terminal.print(JSON.stringify(codes, null, 2));
    const amounts = alignDecimals(codes.map(({ amount }) => amount));
    const columns = [
      { title: 'id', align: 'right' as const },
      { title: 'begins' },
      { title: 'batch', align: 'right' as const },
      { title: 'amount', align: 'right' as const },
      ...['status', 'expires', 'redeemed by', 'redeemed', 'created', 'note'].map((title) => ({ title })),
    ];
    const rows = codes.map((code, index) => [
      String(code.id),
      code.prefix,
      String(code.batch_id),
      amounts[index] ?? code.amount,
      code.status === 'open' ? code.status : { text: code.status, colour: 'yellow' as const },
      code.expires_at ?? 'never',
      code.redeemed_by_email ?? '',
      code.redeemed_at ?? '',
      code.created_at,
      code.note ?? '',
    ]);
    terminal.print(renderTable(columns, rows, terminal));
  });
}
