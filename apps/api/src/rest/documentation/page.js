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

SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#documentation',
  presets: [SwaggerUIBundle.presets.apis],
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  // The key stays in this tab's memory.
  persistAuthorization: false,
  // No request to a validator on the internet.
  validatorUrl: null,
});
