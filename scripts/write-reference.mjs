// `node_modules/.bin/node scripts/write-reference.mjs`: writes the parts of docs/reference that come from the code.
// A test fails as long as they differ.
import { writeFileSync } from 'node:fs';
import { errorsReference } from './lib/errors-reference.ts';
import { formatMarkdown } from './lib/format-markdown.mjs';
import { inRoot } from './lib/root.mjs';

writeFileSync(inRoot('docs/reference/errors.md'), await formatMarkdown(errorsReference()));
