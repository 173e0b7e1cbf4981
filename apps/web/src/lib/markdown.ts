/** Markdown of a model as safe HTML. Loaded when first needed; runs in the browser only. */
import DOMPurify from 'dompurify';
import { Marked, type Tokens } from 'marked';
import { highlight } from './highlight.ts';

/** Tags that models write on purpose, without attributes; any other HTML is shown as the text it is. */
const plainTag = /^<\/?(b|br|del|details|em|hr|i|kbd|s|strong|sub|summary|sup|u)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    html: ({ text }) =>
      text
        .split(/(<[^<>]*>)/)
        .map((part) => (plainTag.test(part) ? part : escapeHtml(part)))
        .join(''),
  },
});

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/**
 * What may remain of the answer's HTML. No forms, frames, styles or handlers; pictures only as data URLs, because a
 * picture from elsewhere would tell its server who reads what.
 */
const policy = {
  ALLOWED_TAGS: (
    'a b blockquote br code del details div em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s span strong sub ' +
    'summary sup table tbody td th thead tr ul'
  ).split(' '),
  ALLOWED_ATTR: [
    'align',
    'alt',
    'class',
    'href',
    'open',
    'rel',
    'src',
    'start',
    'tabindex',
    'target',
    'title',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
};

const purifier = DOMPurify(window);

purifier.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName === 'A') {
    const href = node.getAttribute('href') ?? '';
    if (!/^(https?:|mailto:)/i.test(href)) node.removeAttribute('href');
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noopener noreferrer nofollow');
  }
  if (node.tagName === 'IMG' && !/^data:image\//i.test(node.getAttribute('src') ?? '')) node.remove();
  const classes = node.getAttribute('class');
  if (classes && !/^(hljs|language-)/.test(classes)) node.removeAttribute('class');
});

/** Renders once, with colours in code blocks. Sanitising comes last, after everything that writes HTML. */
export async function renderMarkdown(text: string): Promise<string> {
  const tokens = marked.lexer(text);
  const coloured = new Map<Tokens.Code, string>();
  const jobs: Promise<void>[] = [];
  void marked.walkTokens(tokens, (token) => {
    if (token.type !== 'code') return;
    const code = token as Tokens.Code;
    const language = code.lang?.trim().split(/\s+/)[0];
    if (!language) return;
    jobs.push(
      highlight(code.text, language).then((html) => {
        if (html !== undefined) coloured.set(code, html);
      }),
    );
  });
  await Promise.all(jobs);
  for (const [code, html] of coloured) {
    code.text = html;
    code.escaped = true;
  }
  const html = marked.parser(tokens).replaceAll('<pre>', '<pre tabindex="0">');
  return purifier.sanitize(html, policy);
}
