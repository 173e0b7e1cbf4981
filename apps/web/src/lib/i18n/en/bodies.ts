export const bodies = {
  /** Of a call. */
  title: 'Request and answer',
  load: 'Show request and answer',
  loading: 'Loading request and answer',
  audited: 'It is another person’s call: that you looked is written into the audit log.',
  keptUntil: (time: string) => `Kept until ${time}`,
  none: 'Nothing is kept of this call: it was answered while this was off, or its time is over.',
  onlyFailed: 'Nothing is kept of this call. Only calls that failed are kept.',
  dropped: 'There was no room to keep this call’s request and answer.',
  view: 'View',
  messages: 'Messages',
  raw: 'As sent',
  request: 'Request',
  answer: 'Answer',
  noAnswer: 'Nothing was answered.',
  truncated: (what: string, bytes: string) => `${what}: the end is left out. The whole has ${bytes} bytes.`,
  roles: {
    system: 'System',
    developer: 'Developer',
    user: 'User',
    assistant: 'Assistant',
    tool: 'Tool',
  } as Readonly<Record<string, string>>,
  /** To everybody, while it is on. */
  noticeAll: (days: string) =>
    `What you send to models and what they answer is kept for ${days}. You and the administrators of this platform can read it in the details of a call.`,
  noticeFailed: (days: string) =>
    `Of calls that fail, what you sent and what was answered is kept for ${days}. You and the administrators of this platform can read it in the details of a call.`,
  days: (count: number) => (count === 1 ? '1 day' : `${count} days`),
  /** Where administrators choose. */
  settings: 'Content of calls',
  settingsText:
    'Requests and answers can be kept, encrypted, to look into calls later. Everybody is told so in their log and settings while it is on.',
  mode: 'Keep',
  off: 'Nothing',
  failed: 'Calls that failed',
  all: 'All calls',
  offHint: 'What was kept before is deleted within minutes, for good.',
  onHint:
    'Images, sounds and files are left out. Secrets that people write into their prompts are kept like any other text.',
  maxBytes: 'At most, of each request and answer',
  maxBytesUnit: 'bytes',
  keepDays: 'For',
  keepDaysUnit: 'days',
  saved: 'Settings saved',
};
