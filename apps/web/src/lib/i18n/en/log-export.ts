export const logExport = {
  title: 'Export calls',
  text: 'All calls that match the filters, not only this page.',
  open: 'Export',
  openRunning: (percent: string): string => `Exporting ${percent}`,
  openRunningRows: 'Exporting…',
  format: 'Format',
  formats: {
    csv: 'For spreadsheets.',
    ndjson: 'For programs: one JSON object a line.',
  },
  counting: 'Counting…',
  unknown: 'How many calls that are is only known once they are read.',
  about: (count: string): string => (count === '1' ? 'About 1 call.' : `About ${count} calls.`),
  rows: (count: string): string => `${count} calls`,
  rowsOf: (count: string, all: string): string => `${count} of about ${all} calls`,
  megabytes: (size: string): string => `${size} MB`,
  goesOn:
    'The export goes on when you close this window or look at other pages; not when you leave the panel.',
  start: 'Export',
  again: 'Export again',
  cancel: 'Cancel the export',
  hide: 'Hide',
  done: (count: string, name: string): string =>
    count === '1' ? `1 call is in ${name}.` : `${count} calls are in ${name}.`,
  failed: (count: string): string =>
    `The export broke off after ${count} calls. What had come was thrown away, so that no half of a file is taken for a whole one. Try again.`,
  cancelled: 'Cancelled. No file was kept.',
  handed:
    'Your browser is downloading the file and shows how far it is. If the connection breaks, it marks the download as failed.',
};
