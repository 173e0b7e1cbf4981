import type { Dictionary } from '#lib/i18n/dictionary.ts';
import { saveText } from '#lib/save-text.ts';
import type { ReadFile } from './conversation-file.ts';
import { titleOf, type StoredConversation } from './stored-conversation.ts';

export { fileWords } from './file-words.ts';

export type FileKind = 'json' | 'md';

/** Lets the browser save a conversation: as JSON, whole, or as Markdown, to read. */
export async function saveConversation(
  kind: FileKind,
  conversation: Omit<StoredConversation, 'revision'>,
  t: Dictionary['playground'],
): Promise<void> {
  const name = `${fileTitle(titleOf(conversation.sides))}.${kind}`;
  if (kind === 'json') {
    const { writeFile } = await import('./conversation-file.ts');
    saveText(name, writeFile(conversation, new Date()), 'application/json');
    return;
  }
  const { writeMarkdown } = await import('./conversation-markdown.ts');
  const words = { you: t.you, system: t.system, untitled: t.untitled, image: t.imageNamed };
  saveText(name, writeMarkdown(conversation, words), 'text/markdown');
}

/** Reads a file that somebody chose. Files beyond the limit are not read at all. */
export async function readConversation(file: File): Promise<ReadFile & { maxFileBytes: number }> {
  const { maxFileBytes, readFile } = await import('./conversation-file.ts');
  if (file.size > maxFileBytes) return { ok: false, fault: { kind: 'too_large' }, maxFileBytes };
  return { ...readFile(await file.text(), new Date()), maxFileBytes };
}

function fileTitle(title: string): string {
  const words = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '');
  return words.slice(0, 48) || 'conversation';
}
