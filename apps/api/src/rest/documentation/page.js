// Runs in the browser, on /api/documentation.
/* global SwaggerUIBundle */

const root = document.documentElement;
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** Swagger UI is dark where this class is; the theme is the panel's. */
function applyTheme() {
  const theme = root.dataset.theme;
  root.classList.toggle('dark-mode', theme === 'dark' || (theme !== 'light' && prefersDark.matches));
}

applyTheme();
prefersDark.addEventListener('change', applyTheme);
new MutationObserver(applyTheme).observe(root, { attributeFilter: ['data-theme'] });

/** The summary of an operation is a button. A link inside it could not be reached or read, so it is text. */
const withoutNestedLinks = {
  wrapComponents: {
    DeepLink:
      (_original, { React }) =>
      ({ text }) =>
        React.createElement('span', null, text),
  },
};

/** Gives names to controls that Swagger UI leaves without, the keyboard a way into what scrolls, headings an order. */
function mendControls() {
  for (const select of document.querySelectorAll('select:not([aria-label])')) {
    const parameter = select.closest('[data-param-name]')?.getAttribute('data-param-name');
    select.setAttribute('aria-label', parameter ?? 'Choose');
  }
  // The page has a title of its own, above it.
  document.querySelector('.info .title:not([aria-level])')?.setAttribute('aria-level', '2');
  document.querySelector('.close-modal:not([aria-label])')?.setAttribute('aria-label', 'Close');
  for (const button of document.querySelectorAll('.auth-btn-wrapper [aria-label]')) {
    // Another name than the one that can be seen.
    button.removeAttribute('aria-label');
  }
  for (const block of document.querySelectorAll('pre.microlight:not([tabindex])')) block.tabIndex = 0;
}

new MutationObserver(mendControls).observe(root, { childList: true, subtree: true });

SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#documentation',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [() => withoutNestedLinks],
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // Its colours are too faint on their ground.
  syntaxHighlight: { activated: false },
  // The key stays in this tab's memory.
  persistAuthorization: false,
  // No request to a validator on the internet.
  validatorUrl: null,
  onComplete() {
    root.dataset.ready = '';
  },
});
