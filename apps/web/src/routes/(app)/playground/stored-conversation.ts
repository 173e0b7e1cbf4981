import type { Parameters } from './parameters.ts';
import type { Turn, TurnImage } from './turn.ts';

/** What a tab remembers of the playground, so that a reload or a session that ends loses nothing that was typed. */
export interface StoredConversation {
  model: string | undefined;
  system: string;
  parameters: Parameters;
  turns: Turn[];
  draft: string;
  draftImages: TurnImage[];
}

const prefix = 'playground:';
/** Raised when the shape changes: what an older version has left is dropped. */
const version = 1;

/** What this viewer left in this tab. Conversations of anyone else who used the tab are removed. */
export function restoreConversation(viewerId: string): StoredConversation | undefined {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(prefix) && key !== prefix + viewerId) sessionStorage.removeItem(key);
    }
    const text = sessionStorage.getItem(prefix + viewerId);
    if (text === null) return undefined;
    const stored = JSON.parse(text) as { version?: number; conversation?: StoredConversation };
    if (stored.version !== version || !stored.conversation) return undefined;
    return { ...stored.conversation, turns: stored.conversation.turns.map(settled) };
  } catch {
    // Storage is switched off, or holds something else: the page begins anew.
    return undefined;
  }
}

export function storeConversation(viewerId: string, conversation: StoredConversation): void {
  // A tab's storage is small: rather keep the words without the images than nothing.
  for (const kept of [conversation, withoutImages(conversation)]) {
    try {
      sessionStorage.setItem(prefix + viewerId, JSON.stringify({ version, conversation: kept }));
      return;
    } catch {
      continue;
    }
  }
}

function withoutImages(conversation: StoredConversation): StoredConversation {
  return {
    ...conversation,
    draftImages: [],
    turns: conversation.turns.map((turn) => (turn.role === 'user' ? { ...turn, images: [] } : turn)),
  };
}

/** An answer that was coming in when the page was left will not go on. */
function settled(turn: Turn): Turn {
  return turn.role === 'assistant' && turn.state === 'streaming' ? { ...turn, state: 'stopped' } : turn;
}
