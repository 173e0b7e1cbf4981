export const platformSettings = {
  title: 'Platform settings',
  text: 'In effect at once, for everybody.',
  general: 'General',
  name: 'Platform name',
  nameHint: 'Shown in the sidebar and in page titles.',
  registration: 'Registration',
  registrationClosed: 'Closed: administrators create users',
  registrationOpen: 'Open: anyone who reaches this site can register',
  currency: 'Currency',
  currencyHint: 'Of every price, balance and bill. Set by CURRENCY before the first start.',
  retention: 'Keep calls in the log for',
  retentionUnit: 'days',
  retentionHint:
    'Empty: for ever. Older calls, with their errors and addresses, are deleted for good within an hour. Statistics, bills and balances stay.',
  allow: 'Upstream addresses',
  allowText:
    'Calls to private and reserved addresses are refused, so that nobody can reach your network through a model’s address. List what is allowed all the same, one entry a line.',
  allowField: 'Allowed addresses',
  allowHint:
    'host:port or block:port, e.g. 192.168.1.5:11434, [fd00::5]:8000, 10.1.0.0/16:*. A refused connection test shows the exact entry.',
  allowFixed: 'Also allowed by UPSTREAM_ALLOW, which only the server’s environment can change:',
  loopbackAllowed:
    'This server is bound to this machine only, so models on this machine (localhost) may be called on any port but its own.',
  saved: 'Settings saved',
};
