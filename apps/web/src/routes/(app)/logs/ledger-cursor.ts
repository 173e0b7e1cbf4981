/** Where a page of the ledger starts that has this entry at its top: cursors say what an entry's id is below. */
export function ledgerCursor(entryId: string): string {
  return btoa(String(BigInt(entryId) + 1n)).replaceAll('=', '');
}
