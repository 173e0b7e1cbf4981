import { readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { forms, nameOf } from './visit.ts';

const pictures = fileURLToPath(new URL('../screenshots/', import.meta.url));

/** Writes `screenshots/index.html`: every picture of the last tours, a row for each place, and what was wrong. */
export default async function writeContactSheet(): Promise<void> {
  const groups = (await readdir(pictures, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const sections: string[] = [];
  const faults: string[] = [];
  for (const group of groups) {
    const names = new Set<string>();
    for (const form of forms.map(nameOf)) {
      for (const file of await readdir(`${pictures}${group}/${form}`).catch(() => [])) {
        if (file.endsWith('.png')) names.add(file);
        else faults.push(...(await readFaults(`${group}/${form}`)));
      }
    }
    sections.push(section(group, [...names].toSorted()));
  }
  const list = faults.length === 0 ? '<p>No faults.</p>' : `<ul>${faults.map(item).join('')}</ul>`;
  await writeFile(`${pictures}index.html`, `${head}${list}${sections.join('')}`);
}

async function readFaults(folder: string): Promise<string[]> {
  const faults: string[] = JSON.parse(await readFile(`${pictures}${folder}/faults.json`, 'utf8'));
  return faults.map((fault) => `${folder}: ${fault}`);
}

const head = `<!doctype html><meta charset="utf-8"><title>Tour</title>
<style>
  body { font: 14px system-ui; margin: 24px }
  .row { display: flex; gap: 8px; align-items: start; overflow-x: auto }
  figure { margin: 0 }
  img { height: 260px; border: 1px solid #888 }
</style>`;

function section(group: string, files: readonly string[]): string {
  const rows = files.map((file) => {
    const images = forms.map((form) => {
      const source = `${group}/${nameOf(form)}/${file}`;
      return `<figure><a href="${source}"><img loading="lazy" alt="${source}" src="${source}"></a><figcaption>${nameOf(form)}</figcaption></figure>`;
    });
    return `<h3>${file.replace('.png', '')}</h3><div class="row">${images.join('')}</div>`;
  });
  return `<h2>${group}</h2>${rows.join('')}`;
}

const item = (text: string) =>
  `<li>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</li>`;
