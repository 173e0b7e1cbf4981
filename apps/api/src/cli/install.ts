import { Option, type Command } from 'commander';
import { CLI_ACTOR } from '@aigc/core/actor';
import { seedCatalogue } from '@aigc/core/providers/seed-catalogue';
import { installPlatform } from '@aigc/core/setup/install-platform';
import { readSettings } from '@aigc/core/settings/settings';
import { emailSchema, LOCALES, nameSchema, type Locale } from '@aigc/shared/schemas/fields';
import { checkLiteralAddress } from '../check-literal-address.ts';
import type { PasswordOptions } from './ask.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { completeAnswers, currencySchema, readGivenAnswers, type GivenAnswers } from './install-answers.ts';
import { withInstallation, type Installation } from './installation.ts';
import { parseBy } from './parse-value.ts';
import { addPasswordOptions } from './password-options.ts';
import { readOutboundPolicy } from './read-outbound-policy.ts';

const REGISTRATIONS = ['closed', 'open'] as const;

interface InstallOptions extends PasswordOptions, Omit<GivenAnswers, 'password'> {
  registration?: (typeof REGISTRATIONS)[number];
  locale?: Locale;
}

/** `install`: the administrator and the first settings of a new installation. */
export function addInstallCommand(program: Command, context: CliContext): void {
  const command = program
    .command('install')
    .description('set up a new installation: administrator, first settings, first API key (printed once)')
    .option('--email <address>', "the administrator's e-mail address", parseBy(emailSchema))
    .option('--name <name>', "the administrator's name", parseBy(nameSchema(100)));
  addPasswordOptions(command)
    .option('--platform-name <name>', 'the name shown in the panel', parseBy(nameSchema(100)))
    .option(
      '--currency <code>',
      'of prices and balances, fixed from the first amount on',
      parseBy(currencySchema),
    )
    .addOption(new Option('--registration <mode>', 'who may create an account').choices(REGISTRATIONS))
    .addOption(new Option('--locale <locale>', "the administrator's language").choices(LOCALES))
    .addHelpText(
      'after',
      [
        '',
        'What is not given is taken from INIT_ADMIN_EMAIL, INIT_ADMIN_PASSWORD and INIT_API_KEY, else asked for.',
        '',
        'Example:',
        '  npm run cli -- install --email admin@example.com --name Ann --password-stdin < password.txt',
      ].join('\n'),
    )
    .action((options: InstallOptions) => install(context, options));
}

async function install(context: CliContext, options: InstallOptions): Promise<void> {
  const given = await readGivenAnswers(context, context.readEnv(), options);
  await withInstallation(context, { migrations: 'run' }, (installation) =>
    installOn(context, installation, { ...options, given }),
  );
}

async function installOn(
  context: CliContext,
  installation: Installation,
  { given, registration, locale }: InstallOptions & { given: GivenAnswers },
): Promise<void> {
  const { terminal } = context;
  const { env, serverAddress } = installation;
  const deps = await installation.deps();
  if ((await readSettings(deps.em)).isInstalled) {
    throw new CliError('This installation is already set up. Use the command `user` to add people.');
  }
  const answers = await completeAnswers(context, installation, given);
  const { platformName, defaultLocale } = env;
  const { apiKey } = await installPlatform(deps, CLI_ACTOR, {
    ...answers,
    locale: locale ?? null,
    registration: registration ?? null,
    environment: { platformName, defaultLocale, registration: env.registration },
    apiKey: env.initApiKey,
  });
  terminal.note(`Set up. The administrator is ${answers.email}.`);
  if (apiKey === null) terminal.note('The first API key is the one that INIT_API_KEY holds.');
  else {
    terminal.note('The first API key, shown this once:');
    terminal.print(apiKey);
  }
  // What the first start of a server would make; made here, the installation is whole.
  const checkAddress = checkLiteralAddress({ policy: await readOutboundPolicy(installation) });
  await seedCatalogue({ ...deps, checkAddress }, env.providerKeys);
  terminal.note(
    serverAddress === null ? 'Start the server with `npm start`.' : `Sign in at ${serverAddress}.`,
  );
}
