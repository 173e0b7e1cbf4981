import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { readCallBodies } from '@aigc/core/call-bodies/read-call-bodies';
import type { CallLogQuery } from '@aigc/core/logs/call-log-filter';
import { listCallLogs } from '@aigc/core/logs/list-call-logs';
import { findUserByEmail } from '@aigc/core/users/find-user';
import type { CallBody } from '@aigc/shared/schemas/call-bodies';
import { emailSchema, textSchema } from '@aigc/shared/schemas/fields';
import { callStatusSchema, type CallLog } from '@aigc/shared/schemas/logs';
import { CALL_COLUMNS, callRow } from './call-table.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { followCalls } from './follow-calls.ts';
import { withInstallation, type Installation } from './installation.ts';
import { parseBy, parseInteger, parseMoment } from './parse-value.ts';
import { layOut } from './table.ts';
import { printable } from './text-width.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 10_000;
const MAX_KEY_ID = 2_147_483_647;

interface LogOptions {
  follow?: boolean;
  since?: string;
  until?: string;
  model?: string;
  user?: string;
  key?: number;
  status?: CallLog['status'];
  request?: string;
  bodies?: boolean;
  limit: number;
  json?: boolean;
}

/** `log`: the newest calls, and those that come. */
export function addLogCommand(program: Command, context: CliContext): void {
  program
    .command('log')
    .description('show the newest calls of everyone, oldest first, and follow those that come')
    .option('-f, --follow', 'go on with calls as they end, until Ctrl-C')
    .option('--since <when>', 'from then on: 15m, 2h, 7d, 2026-11-21, 2026-11-21T18:30', parseMoment)
    .option('--until <when>', 'before then, in the same forms', parseMoment)
    .option('--model <title>', 'only calls of this model', parseBy(textSchema(255)))
    .option('--user <email>', 'only calls of this user', parseBy(emailSchema))
    .option('--key <id>', 'only calls with this key, as `key list` numbers it', parseInteger(1, MAX_KEY_ID))
    .addOption(new Option('--status <status>', 'only calls that ended so').choices(callStatusSchema.options))
    .option('--request <id>', 'only the call with this x-request-id', parseBy(textSchema(64)))
    .option('--bodies', 'with --request: also what the call asked and was answered, where it is kept')
    .option(
      '-n, --limit <count>',
      'how many calls at most, the newest',
      parseInteger(0, MAX_LIMIT),
      DEFAULT_LIMIT,
    )
    .option('--json', 'print one JSON object a line')
    .addHelpText(
      'after',
      '\nExample:\n  npm run cli -- log --since 2h --status failed\n  npm run cli -- log --follow --model qwen-plus',
    )
    .action((options: LogOptions) =>
      withInstallation(context, { migrations: 'require' }, (installation) =>
        showLog(context, installation, options),
      ),
    );
}

async function showLog(context: CliContext, installation: Installation, options: LogOptions): Promise<void> {
  const { env, serverAddress } = installation;
  if (options.follow === true && env.databaseUrl === null && serverAddress === null) {
    // Following would keep the database for itself, so that no server could start.
    throw new CliError('No server runs here, so there are no calls to follow. Start it with `npm start`.');
  }
  if (options.bodies === true && (options.request === undefined || options.follow === true)) {
    throw new CliError('--bodies shows those of one call: name it with --request, without --follow.');
  }
  const filter = await readFilter(installation, options);
  if (options.follow === true) return follow(context, installation, { filter, options });
  const calls = await newestCalls(installation, filter, options.limit);
  const print = createPrinter(context, options);
  print.first(calls);
  if (options.bodies === true) await printBodies(context, installation, { calls, options });
}

/** What calls asked and were answered. That somebody looked is in the audit log, under the command line. */
async function printBodies(
  { terminal }: CliContext,
  { deps }: Installation,
  { calls, options }: { calls: readonly CallLog[]; options: LogOptions },
): Promise<void> {
  const print = (name: string, body: CallBody | null): void => {
    const cut = body?.is_truncated === true ? `, of ${body.bytes} bytes the first` : '';
    terminal.print(`\n${name}: ${body === null ? 'none' : `${body.content_type}${cut}`}`);
    // Line by line: nothing that somebody has sent may steer a terminal.
    for (const line of body?.text.split('\n') ?? []) terminal.print(printable(line));
  };
  for (const { id, request_id } of calls) {
    const bodies = await readCallBodies(await deps(), CLI_ACTOR, id);
    if (options.json === true) terminal.print(JSON.stringify({ request_id, ...bodies }));
    else if (bodies.state !== 'kept') terminal.note('Nothing is kept of what it asked and was answered.');
    else {
      print('Request', bodies.request);
      print('Answer', bodies.answer);
    }
  }
}

async function readFilter({ em }: Installation, options: LogOptions): Promise<CallLogQuery> {
  const user =
    options.user === undefined ? undefined : await findUserByEmail({ em: em() }, CLI_ACTOR, options.user);
  return {
    scope: 'all',
    from: options.since,
    to: options.until,
    model: options.model,
    api_key_id: options.key,
    status: options.status,
    request_id: options.request,
    user_id: user?.id,
  };
}

/** Oldest first, so that the newest stand where the eye is. */
async function newestCalls({ em }: Installation, filter: CallLogQuery, limit: number): Promise<CallLog[]> {
  if (limit === 0) return [];
  const { items } = await listCallLogs({ em: em() }, CLI_ACTOR, { ...filter, limit });
  return items.toReversed();
}

async function follow(
  context: CliContext,
  installation: Installation,
  { filter, options }: { filter: CallLogQuery; options: LogOptions },
): Promise<void> {
  const print = createPrinter(context, options);
  await followCalls(context, installation, {
    filter,
    // Read once the follower listens, so that no call falls between.
    readFirst: () => newestCalls(installation, filter, options.limit),
    onFirst: (calls) => print.first(calls),
    onCalls: (calls) => print.more(calls),
  });
}

interface Printer {
  first(calls: CallLog[]): void;
  more(calls: CallLog[]): void;
}

function createPrinter({ terminal }: CliContext, { json, follow: isFollowing }: LogOptions): Printer {
  if (json === true) {
    const printJson = (calls: CallLog[]): void => {
      for (const call of calls) terminal.print(JSON.stringify(call));
    };
    return { first: printJson, more: printJson };
  }
  const timeZone = Temporal.Now.timeZoneId();
  const toRows = (calls: CallLog[]) => calls.map((call) => callRow(call, timeZone));
  let layout = layOut(CALL_COLUMNS, []);
  const more = (calls: CallLog[]): void => {
    for (const row of toRows(calls)) terminal.print(layout.line(row, terminal));
  };
  return {
    first(calls) {
      if (calls.length === 0 && isFollowing !== true) return terminal.note('No calls.');
      layout = layOut(CALL_COLUMNS, toRows(calls));
      terminal.print(layout.header(terminal));
      more(calls);
    },
    more,
  };
}
