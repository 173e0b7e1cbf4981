import { format, resolveConfig } from 'prettier';
import { inRoot } from './root.mjs';

/** Markdown as `prettier --check` wants it. @param {string} text */
export async function formatMarkdown(text) {
  const options = await resolveConfig(inRoot('README.md'));
  return format(text, { ...options, parser: 'markdown' });
}
