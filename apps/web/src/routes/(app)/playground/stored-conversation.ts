import type { Parameters } from './parameters.ts';
import type { Turn, TurnImage } from './turn.ts';

/** One model's part of a stored conversation. */
export interface StoredSide {
  model: string | undefined;
  system: string;
  parameters: Parameters;
  turns: Turn[];
}

/** What a browser remembers of a conversation, so that a reload or a session that ends loses nothing. */
export interface StoredConversation {
  id: string;
  createdAt: string;
  updatedAt: string;
  /** Counts the times it was stored: what another tab has stored meanwhile is not overwritten. */
  revision: number;
  linked: boolean;
  sides: StoredSide[];
  draft: string;
  draftImages: TurnImage[];
}

/** Every image of a conversation becomes what `change` makes of it. */
export function mapImages(
  conversation: StoredConversation,
  change: (image: TurnImage) => TurnImage | undefined,
): StoredConversation {
  const all = (images: readonly TurnImage[]) =>
    images.map((image) => change(image)).filter((image) => image !== undefined);
  return {
    ...conversation,
    draftImages: all(conversation.draftImages),
    sides: conversation.sides.map((side) => ({
      ...side,
      turns: side.turns.map((turn) => (turn.role === 'user' ? { ...turn, images: all(turn.images) } : turn)),
    })),
  };
}

/**
 * What a tab noted when it was left, over what was stored before. A note holds no images: they are taken from what was
 * stored, where images are stored at once.
 */
export function withNote(
  stored: StoredConversation | undefined,
  note: StoredConversation,
): StoredConversation {
  const images = new Map<string, TurnImage[]>();
  for (const { turns } of stored?.sides ?? []) {
    for (const turn of turns) if (turn.role === 'user') images.set(turn.id, turn.images);
  }
  return {
    ...note,
    draftImages: stored?.draftImages ?? [],
    sides: note.sides.map((side) => ({
      ...side,
      turns: side.turns.map((turn) =>
        turn.role === 'user' ? { ...turn, images: images.get(turn.id) ?? turn.images } : turn,
      ),
    })),
  };
}

/** The first line of the first question. */
export function titleOf(sides: readonly { turns: readonly Turn[] }[]): string {
  for (const { turns } of sides) {
    for (const turn of turns) {
      const line = turn.role === 'user' ? turn.text.trim().split('\n')[0] : undefined;
      if (line) return line.slice(0, 80);
    }
  }
  return '';
}
