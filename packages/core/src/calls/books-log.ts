/** What the books tell operators; a pino logger fits. */
export interface BooksLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
