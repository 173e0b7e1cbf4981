export const platformSettings = {
  title: 'Platform settings',
  text: 'In effect at once, for everybody. Each part is saved by itself.',
  unsaved: 'Not saved yet',
  fromEnvironment: 'From the server’s environment. What is saved here wins over it.',
  general: 'General',
  generalText: 'What this platform is called, and in which language newcomers see it.',
  name: 'Platform name',
  nameHint: 'Shown in the sidebar and in page titles.',
  defaultLocale: 'Default language',
  defaultLocaleHint:
    'For visitors whose browser asks for neither, and for new users. Everybody can choose another.',
  access: 'Access',
  accessText: 'Who may make an account here.',
  registration: 'Registration',
  registrationClosed: 'Closed: administrators create users',
  registrationOpen: 'Open: anyone who reaches this site can register',
  currency: 'Currency',
  registrationOpenHint:
    'New users have no balance: until somebody tops it up they can call free and local models only.',
  currencyText: 'Of every price, budget, balance and bill. Amounts are never converted.',
  currencyFree: 'Can be changed as long as there is no price, budget or balance.',
  currencyInUse: 'Fixed, because there are prices, budgets or balances in it already.',
  currencyOfEnvironment: 'Fixed by CURRENCY in the server’s environment. Remove it there to choose here.',
  log: 'Call log',
  logText: 'How long single calls can be looked at. Statistics, bills and balances stay for ever.',
  retention: 'Keep calls in the log for',
  retentionUnit: 'days',
  retentionHint: 'Empty: for ever. Older calls are deleted for good within an hour.',
  retentionKeepsAll: 'Deletes nothing now: no call is older.',
  retentionDeletes: (calls: string, since: string): string =>
    `Deletes ${calls} calls now, the oldest of ${since}.`,
  retentionTitle: (days: number): string => `Keep calls for ${days} days only?`,
  retentionLoses: (calls: string, since: string): string =>
    `${calls} calls, the oldest of ${since}, are deleted for good within an hour.`,
  retentionLosesDetails: 'Their errors, addresses, attempts and kept contents go with them.',
  retentionStays: 'Statistics, bills and balances stay.',
  retentionDelete: 'Delete older calls',
  allow: 'Upstream addresses',
  allowText:
    'Calls to private and reserved addresses are refused, so that nobody can reach your network through a model’s address. List what is allowed all the same, one entry a line.',
  allowField: 'Allowed addresses',
  allowHint:
    'host:port or block:port, e.g. 192.168.1.5:11434, [fd00::5]:8000, 10.1.0.0/16:*. A refused connection test shows the exact entry.',
  allowFixed: 'Also allowed by the server’s environment, which only it can change:',
  loopbackAllowed:
    'This server is bound to this machine only, so models on this machine (localhost) may be called on any port but its own.',
  saved: 'Settings saved',
};
