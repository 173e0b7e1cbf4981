import type { Preferences } from './preferences.ts';

const TEXTS = {
  en: {
    title: 'API documentation',
    back: 'Back to the panel',
    document: 'OpenAPI document',
    key: 'To try an operation, choose “Authorize” and enter a model key or a management key. The panel’s data also answers to its session in this browser.',
    noScript: 'This page needs JavaScript. The document itself is at',
  },
  'zh-CN': {
    title: 'API 文档',
    back: '返回控制台',
    document: 'OpenAPI 文档',
    key: '要试用某个操作，请点击 “Authorize” 填入模型密钥或管理密钥；已在此浏览器登录控制台时，控制台数据接口可直接试用。',
    noScript: '此页面需要 JavaScript。文档原文位于：',
  },
} as const;

export interface PageOptions extends Preferences {
  platformName: string;
}

/** The page's HTML. What it holds of the platform's name is escaped. */
export function renderPage({ locale, theme, platformName }: PageOptions): string {
  const text = TEXTS[locale];
  const title = `${text.title} · ${platformName}`;
  return `<!doctype html>
<html lang="${locale}" data-theme="${theme}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${escapeHtml(title)}</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/api/documentation/swagger-ui.css" />
    <link rel="stylesheet" href="/api/documentation/page.css" />
    <script src="/api/documentation/swagger-ui-bundle.js" defer></script>
    <script src="/api/documentation/page.js" defer></script>
  </head>
  <body>
    <header class="page-header">
      <h1>${escapeHtml(title)}</h1>
      <nav>
        <a href="/">${text.back}</a>
        <a href="/api/openapi.json">${text.document}</a>
      </nav>
      <p>${text.key}</p>
    </header>
    <div id="documentation"><noscript>${text.noScript} <a href="/api/openapi.json">/api/openapi.json</a></noscript></div>
  </body>
</html>
`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
