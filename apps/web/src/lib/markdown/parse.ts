import { Lexer, Marked, Parser, type MarkedOptions, type Token, type Tokens } from 'marked';
import { escapeHtml } from './escape-html.ts';

/** Tags that models write on purpose, without attributes; any other HTML is shown as the text it is. */
const plainTag = /^<\/?(b|br|del|details|em|hr|i|kbd|s|strong|sub|summary|sup|u)\s*\/?>$/i;

/** How a picture from elsewhere is named, in the reader's language. It is linked and never loaded. */
export type PictureLabel = (alt: string, host: string) => string;

const dataPicture = /^data:image\/(png|jpeg|gif|webp);base64,/i;

/** Options that write HTML which still has to be made safe. */
export function markdownOptions(pictureLabel: PictureLabel): MarkedOptions {
  const marked = new Marked({
    gfm: true,
    breaks: true,
    renderer: {
      html: ({ text }) =>
        text
          .split(/(<[^<>]*>)/)
          .map((part) => (plainTag.test(part) ? part : escapeHtml(part)))
          .join(''),
      // A picture from elsewhere would tell its server who reads what, and when.
      image: ({ href, text }) => {
        if (dataPicture.test(href)) return `<img src="${escapeHtml(href)}" alt="${escapeHtml(text)}">`;
        const label = escapeHtml(pictureLabel(text, hostOf(href)));
        return /^https?:/i.test(href) ? `<a href="${escapeHtml(href)}">${label}</a>` : label;
      },
    },
  });
  return marked.defaults;
}

export type Links = Record<string, Pick<Tokens.Link | Tokens.Image, 'href' | 'title'>>;

/** The blocks of a text. Links that were defined before hold here too. */
export function lex(text: string, options: MarkedOptions, links: Links): Token[] {
  const lexer = new Lexer(options);
  // Its own go into a copy: a definition that is still being written is found half.
  lexer.tokens.links = Object.create(links) as Links;
  return lexer.lex(text);
}

export function writeHtml(tokens: readonly Token[], options: MarkedOptions): string {
  return Parser.parse([...tokens], options).replaceAll('<pre>', '<pre tabindex="0">');
}

function hostOf(href: string): string {
  try {
    return new URL(href).host;
  } catch {
    return '';
  }
}
