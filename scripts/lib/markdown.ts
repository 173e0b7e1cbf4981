/** The parts of a Markdown document that its tests look at. */

export interface CodeBlock {
  language: string;
  text: string;
}

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Fenced blocks, without the indentation of a list that they stand in. */
export function codeBlocksOf(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(FENCE)].map(([, indent = '', language = '', text = '']) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

/** The document without its fenced blocks. */
export function proseOf(markdown: string): string {
  return markdown.replace(FENCE, '');
}

export interface Heading {
  level: number;
  text: string;
}

export function headingsOf(markdown: string): Heading[] {
  return [...proseOf(markdown).matchAll(/^(#{1,6}) (.+)$/gm)].map(([, marks = '', text = '']) => ({
    level: marks.length,
    text,
  }));
}

/** The anchors that hosts of repositories give to a document's headings. */
export function anchorsOf(markdown: string): string[] {
  return headingsOf(markdown).map(({ text }) =>
    text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-'),
  );
}

/** Targets of links and images. */
export function linksOf(markdown: string): string[] {
  const prose = proseOf(markdown).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)].map(([, target = '']) => target);
}

/** What stands in backticks in the prose, across the line breaks of a paragraph. */
export function codeSpansOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/`([^`]+)`/g)].map(([, text = '']) => text.replaceAll(/\s+/g, ' '));
}
