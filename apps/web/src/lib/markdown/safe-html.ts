/** Makes HTML that was written from a model's words safe to show. Runs in the browser only. */
import DOMPurify from 'dompurify';

/**
 * What may remain of an answer's HTML. No forms, frames, styles or handlers; pictures only as data URLs, because a
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
  if (node.tagName === 'IMG' && !/^data:image\/(png|jpeg|gif|webp);/i.test(node.getAttribute('src') ?? '')) {
    node.remove();
  }
  const classes = node.getAttribute('class');
  if (classes && !/^(hljs|language-)/.test(classes)) node.removeAttribute('class');
});

export function safeHtml(html: string): string {
  return purifier.sanitize(html, policy);
}
