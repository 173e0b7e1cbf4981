/** A segment holds records behind bytes that cannot be read. Nothing was changed; the message names the way out. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
  readonly segment: string;

  constructor(journalId: string, segment: string, offset: number) {
    super(
      `The journal segment ${segment} is damaged at byte ${offset}, and records follow that are in order. ` +
        `Nothing was changed. \`npm run cli -- journal inspect ${journalId}\` shows what can be read, ` +
        `\`npm run cli -- journal salvage ${journalId}\` keeps all of it and sets the damaged file aside.`,
    );
    this.segment = segment;
  }
}

/** A record could not be written: no space, or the journal has reached its bound. The record is not in the journal. */
export class JournalFullError extends Error {
  override readonly name = 'JournalFullError';
}
