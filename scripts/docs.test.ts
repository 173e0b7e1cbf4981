import { existsSync, readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { REST_ROUTES } from '../apps/api/src/rest/rest-routes.ts';
import { PROVIDER_PRESETS } from '../packages/providers/src/presets.ts';
import { listFiles } from './lib/content-hash.mjs';
import { anchorsOf, codeBlocksOf, codeSpansOf, linksOf, proseOf } from './lib/markdown.ts';
import { inRoot, root } from './lib/root.mjs';

const read = (file: string): string => readFileSync(inRoot(file), 'utf8');
const isGenerated = (name: string): boolean =>
  ['node_modules', 'build', '.svelte-kit', 'images', 'coverage'].includes(name);
const filesOf = (folders: string[], pattern: RegExp): string[] =>
  listFiles(root, folders, isGenerated).filter((file) => pattern.test(file));

const ROOT_DOCUMENTS = ['README', 'README.zh-CN', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG'];
const DOCUMENTS = [...ROOT_DOCUMENTS.map((name) => `${name}.md`), ...filesOf(['docs', 'examples'], /\.md$/)];
const documents = DOCUMENTS.map((file) => ({ file, text: read(file) }));

/** Everything that the product says about itself in code, to look names up in. */
const CONFIGURATION = [
  'package.json',
  'compose.yaml',
  'Dockerfile',
  '.env.example',
  'pnpm-workspace.yaml',
  '.ci/run',
];
const sources = [
  ...filesOf(['apps', 'packages', 'scripts', 'bench', 'examples'], /\.(ts|mjs|svelte|json|sh|py)$/),
  ...CONFIGURATION,
].filter((file) => file !== 'scripts/docs.test.ts');
const code = sources.map(read).join('\n');

/** Variables that the server does not read: of programs, of Compose, of tests. */
const OTHER_VARIABLES = [
  'AIGC_API_KEY',
  'AIGC_BASE_URL',
  'AIGC_MANAGEMENT_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'ANTHROPIC_MODEL',
  'CHROMIUM_PATH',
  'CLAUDE_CODE_ENABLE_GATEWAY_MODEL_DISCOVERY',
  'HTTP_PROXY',
  'NODE_ENV',
  'OPENAI_BASE_URL',
  'POSTGRES_PASSWORD',
  'REDIS_SERVER_PATH',
  'TEST_DATABASE_URL',
  'TMPDIR',
  'VERBOSE',
];
/** What looks like a variable and is none. */
const OTHER_CAPITALS = ['DONE', 'POST', 'HEAD', 'OPTIONS', 'NOTIFY', 'NUMERIC'];
/** Addresses that stand in no table of routes, and what addresses begin with. */
const OTHER_PATHS = [
  '/api',
  '/api/admin',
  '/api/documentation',
  '/api/models',
  '/api/openapi.json',
  '/api/platform',
  '/api/platform/call-logs.csv',
  '/api/platform/call-logs.ndjson',
  '/api/playground/v1',
  '/api/v1',
  '/api/v1/models/{id}',
  '/healthz',
  '/metrics',
  '/readyz',
  '/trpc',
  '/v1',
];

/** `items` that fail, each with the document it stands in. */
function faults(
  pick: (text: string) => readonly string[],
  isFault: (item: string, file: string) => boolean,
): string[] {
  return documents.flatMap(({ file, text }) =>
    pick(text)
      .filter((item) => isFault(item, file))
      .map((item) => `${file}: ${item}`),
  );
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([whole, first]) => first ?? whole);

/** Code of a document: blocks and spans. */
const codeOf = (text: string): string =>
  [...codeBlocksOf(text).map((block) => block.text), ...codeSpansOf(text)].join('\n');

describe('documents', () => {
  test('link to files and headings that exist', () => {
    const isBroken = (target: string, from: string): boolean => {
      if (/^[a-z]+:/.test(target)) return false;
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? from : posix.join(dirname(from), path);
      if (!existsSync(inRoot(file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).includes(decodeURIComponent(anchor));
    };
    expect(faults(linksOf, isBroken)).toEqual([]);
  });

  test('can all be reached from the README', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !file.endsWith('.md')) return;
      reached.add(file);
      for (const target of linksOf(read(file))) {
        const [path = ''] = target.split('#');
        if (path !== '' && !/^[a-z]+:/.test(path)) visit(posix.join(dirname(file), path));
      }
    };
    visit('README.md');
    expect(DOCUMENTS.filter((file) => !reached.has(file))).toEqual([]);
  });

  test('name npm scripts and steps of `npm test` that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = (text: string): string[] => [
      ...matches(codeOf(text), /\bnpm (?:run )?(?:-s )?(start|test)\b/g),
      ...matches(codeOf(text), /\bnpm run (?:-s )?([\w:-]+)/g),
    ];
    expect(faults(named, (name) => !(name in scripts))).toEqual([]);
    const steps = matches(read('scripts/lib/test-steps.mjs'), /name: '([\w:]+)'/g);
    const namedSteps = (text: string): string[] =>
      matches(codeOf(text), /\bnpm test -- ([\w: ]+)/g).flatMap((list) => list.split(' '));
    expect(faults(namedSteps, (name) => !steps.includes(name))).toEqual([]);
  });

  test('name commands and options of the command line that exist', () => {
    const source = filesOf(['apps/api/src/cli'], /\.ts$/).map(read).join('\n');
    const commands = matches(source, /\.(?:command|createCommand)\('([\w-]+)/g);
    const lines = (text: string): string[] => matches(codeOf(text), /npm run (?:-s )?cli -- ([^<\n]+)/g);
    const words = (text: string): string[] =>
      lines(text).flatMap((line) => line.split(/[">|]/, 1)[0]?.match(/^[a-z-]+(?: [a-z-]+(?= |$))?/) ?? []);
    const unknown = (words_: string): boolean =>
      words_.split(' ').some((word) => !word.startsWith('-') && !commands.includes(word));
    expect(faults(words, unknown)).toEqual([]);
    const options = (text: string): string[] => lines(text).flatMap((line) => matches(line, / (--[a-z-]+)/g));
    expect(
      faults(options, (option) => !source.includes(`${option} `) && !source.includes(`${option}'`)),
    ).toEqual([]);
  });

  test('name files of the repository that exist', () => {
    const paths = (text: string): string[] =>
      codeSpansOf(text).filter(
        (span) =>
          /^(apps|packages|scripts|docs|examples|patches)\/[\w./()-]+$/.test(span) && !/build/.test(span),
      );
    expect(faults(paths, (path) => !existsSync(inRoot(path)))).toEqual([]);
  });

  test('name environment variables that something reads', () => {
    const known = new Set([
      ...matches(read('apps/api/src/env.ts'), /^ {2}([A-Z][A-Z_]+):/gm),
      ...PROVIDER_PRESETS.map((preset) => preset.key_variable),
      ...OTHER_VARIABLES,
      ...OTHER_CAPITALS,
    ]);
    const variables = (text: string): string[] => [
      ...codeSpansOf(text)
        .filter((span) => /^[A-Z][A-Z0-9_]{3,}(=\S*)?$/.test(span))
        .map((span) => span.split('=', 1)[0] ?? ''),
      ...codeBlocksOf(text)
        .filter(({ language }) => ['sh', 'ini'].includes(language))
        .flatMap((block) => matches(block.text, /(?:^|Environment=|\$\{?)([A-Z][A-Z_]{3,})/gm)),
    ];
    expect(faults(variables, (name) => !known.has(name))).toEqual([]);
  });

  test('name endpoints that are served', () => {
    const gateway = filesOf(['apps/api/src/gateway/routes'], /\.ts$/).flatMap((file) =>
      matches(read(file), /^ {2}path: '([\w/-]+)'/gm),
    );
    const served = new Set([
      ...gateway.flatMap((path) => [`/api/v1/${path}`, `/v1/${path}`]),
      ...Object.values(REST_ROUTES).map(({ path }) => path),
      ...OTHER_PATHS,
    ]);
    const endpoints = (text: string): string[] =>
      matches(
        codeOf(text),
        /(?<![\w.}])(?:http:\/\/127\.0\.0\.1:8000)?(\/(?:api|v1|trpc|healthz|readyz|metrics)(?:[\w/.-]|\{\w+\})*)/g,
      );
    expect(faults(endpoints, (path) => !served.has(path.replace(/(?<=.)\/$/, '')))).toEqual([]);
  });

  test('name fields, codes and functions as the code does', () => {
    // PostgreSQL's own.
    const foreign = /^pg_(dump|restore|ctl|wal)$/;
    const names = (text: string): string[] =>
      codeSpansOf(text).filter(
        (span) => /^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(span) || /^[a-z]+[A-Z]\w+$/.test(span),
      );
    expect(faults(names, (name) => !foreign.test(name) && !code.includes(name))).toEqual([]);
  });

  test('name pages and buttons as the panel does', () => {
    // The forms of providers are worded where their protocols are.
    const worded = [
      ...filesOf(['apps/web/src/lib/i18n/en'], /\.ts$/),
      ...filesOf(['packages/providers/src/dialects'], /\.ts$/),
    ];
    const dictionary = worded.map(read).join('\n');
    const labels = (text: string): string[] =>
      matches(proseOf(text), /(?<![\w`_/])_([A-Z][^_`]+?)_(?![\w`])/g);
    expect(labels(read('docs/guides/administration.md'))).toContain('Users');
    const isUnknown = (label: string, file: string): boolean =>
      file.startsWith('docs/guides/') && !dictionary.includes(`'${label.replaceAll(/\s+/g, ' ')}'`);
    expect(faults(labels, isUnknown)).toEqual([]);
  });

  test('quote messages as the code words them', () => {
    const quotes = (text: string): string[] =>
      text
        .split('\n')
        .flatMap((line) => matches(line, /"((?:This database was|SECRET_KEYS |Taking over|Ended ).+?)"/g))
        .flatMap((quote) => quote.split(/… ?| N\b/))
        .map((part) => part.trim())
        .filter((part) => part.length > 8);
    const flat = code.replaceAll(/['"`] \+\s+['"`]/g, '').replaceAll(/\$\{[^}]+\}/g, '');
    expect(faults(quotes, (quote) => !flat.includes(quote) && !code.includes(quote))).toEqual([]);
  });
});
