/** Pages by the letter that follows `g`. A letter that is pressed alone never changes anything. */
export const PAGE_LETTERS: Readonly<Record<string, string>> = {
  o: '/',
  m: '/models',
  p: '/playground',
  k: '/keys',
  l: '/logs',
  s: '/stats',
  b: '/billing',
  c: '/admin/providers',
  t: '/admin/model-test',
  u: '/admin/users',
  a: '/admin/settings',
  h: '/admin/health',
  d: '/admin/audit',
};

/** Longest pause between `g` and its letter, in milliseconds. */
const SEQUENCE_MS = 1500;

export type ShortcutAction =
  { kind: 'palette' } | { kind: 'help' } | { kind: 'search' } | { kind: 'page'; href: string };

/** What of a key's event matters here. */
export interface PressedKey {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** The key went into a field, or into something that has keys of its own. */
  isTyping: boolean;
  /** From any steady clock, in milliseconds. */
  atMs: number;
}

/** Follows the keys that are pressed, and says what they ask for. */
export class ShortcutReader {
  #leaderAtMs: number | null = null;

  /** Null: nothing. `hasSingleKeys` is false where somebody turned keys without Ctrl or Command off. */
  read(pressed: PressedKey, { hasSingleKeys }: { hasSingleKeys: boolean }): ShortcutAction | null {
    const { key, ctrlKey, metaKey, altKey, isTyping, atMs } = pressed;
    const isSecond = this.#leaderAtMs !== null && atMs - this.#leaderAtMs <= SEQUENCE_MS;
    this.#leaderAtMs = null;
    if (altKey) return null;
    if (ctrlKey || metaKey) return key.toLowerCase() === 'k' ? { kind: 'palette' } : null;
    if (isTyping || !hasSingleKeys) return null;
    if (key === '?') return { kind: 'help' };
    if (key === '/') return { kind: 'search' };
    if (isSecond) {
      const href = PAGE_LETTERS[key.toLowerCase()];
      return href === undefined ? null : { kind: 'page', href };
    }
    if (key === 'g') this.#leaderAtMs = atMs;
    return null;
  }
}

/** True if a key belongs to what has the focus, and not to the page. */
export function takesKeys(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return target.closest('input, textarea, select, [role="menu"], [role="listbox"], [role="dialog"]') !== null;
}
