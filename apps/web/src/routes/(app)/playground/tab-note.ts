import { mapImages, type StoredConversation } from './stored-conversation.ts';

/** What a tab remembers by itself: which conversation it shows, and what was not stored yet when it was left. */
export interface TabNote {
  id: string;
  unstored: StoredConversation | undefined;
}

const prefix = 'playground:';
/** Raised when the shape changes: what an older version has left is dropped. */
const version = 2;

/** What this viewer left in this tab. Notes of anyone else who used the tab are removed. */
export function readNote(viewerId: string): TabNote | undefined {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix) && key !== prefix + viewerId) sessionStorage.removeItem(key);
    }
    const text = sessionStorage.getItem(prefix + viewerId);
    if (text === null) return undefined;
    const note = JSON.parse(text) as { version?: number } & TabNote;
    return note.version === version ? { id: note.id, unstored: note.unstored } : undefined;
  } catch {
    // Storage is switched off, or holds something else: the page begins anew.
    return undefined;
  }
}

/** Written when a page is left, where nothing slower can be waited for. */
export function writeNote(viewerId: string, { id, unstored }: TabNote): void {
  const words = unstored && mapImages(unstored, () => undefined);
  // A tab's storage is small: rather which conversation it was than nothing.
  for (const kept of [words, undefined]) {
    try {
      sessionStorage.setItem(prefix + viewerId, JSON.stringify({ version, id, unstored: kept }));
      return;
    } catch {
      continue;
    }
  }
}
