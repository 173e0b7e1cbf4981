/** Headers that carry credentials by their names; of `Idempotency-Key` nobody keeps a secret. */
const NAMES =
  /(?:^|-)(?:authorization|auth|cookie|(?:api)?key|token|secret|password|credentials?|signature)$/i;
const NOT_SECRET = new Set(['idempotency-key']);
/** Values that are credentials whatever their header is called. */
const VALUES = /^(?:bearer|basic)\s+\S|\b(?:sk|pk|ghp|xoxb|xoxp)[-_][\w-]{12,}/i;

/** What stands in a file for such a value. It is refused when the file is imported, so that nobody mistakes it for one. */
const MASK = '***';

/** Whether a header's value is a credential that was written out, instead of `{{secret}}`. */
export function isLiteralSecret(name: string, value: string): boolean {
  if (value === '' || value.includes('{{secret}}')) return false;
  if (value === MASK) return true;
  return (NAMES.test(name) && !NOT_SECRET.has(name.toLowerCase())) || VALUES.test(value);
}

const HEADER = /^(\s*([^:\s]+)\s*:\s*)(.*)$/;

/** The lines of a header setting without such values. */
export function withoutLiteralSecrets(headers: string): string {
  return headers
    .split(/\r?\n/)
    .map((line) => {
      const [, before = '', name = '', value = ''] = HEADER.exec(line) ?? [];
      return isLiteralSecret(name, value.trim()) ? `${before}${MASK}` : line;
    })
    .join('\n');
}
