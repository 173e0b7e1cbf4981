/** Text that PostgreSQL accepts: without NUL and lone surrogates, and cut to `maxLength` characters. */
export function databaseText(text: string, maxLength: number): string {
  return text.replaceAll('\0', '').toWellFormed().slice(0, maxLength).toWellFormed();
}
