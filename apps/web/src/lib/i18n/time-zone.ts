/** Name of the cookie in which the browser tells the server its zone, so that times need no correction later. */
export const timeZoneCookie = 'tz';

/** The zone a cookie names, or UTC when it names none that exists. */
export function parseTimeZone(value: string | undefined): string {
  if (!value) return 'UTC';
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
