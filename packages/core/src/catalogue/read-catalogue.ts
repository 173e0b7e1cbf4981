import { describeReason, type Reason } from '@aigc/shared/reasons';
import { LineCounter, parseDocument, visit, type Document } from 'yaml';
import { catalogueSchema, type Catalogue } from './catalogue-schema.ts';
import { CataloguePlaces, type CatalogueFault, type Path } from './catalogue-places.ts';
import { describeIssues } from './describe-issue.ts';

/** A catalogue, and where each part of it stands in its file. */
export interface ReadCatalogue {
  catalogue: Catalogue;
  places: CataloguePlaces;
}

/** A file that cannot be used: everything that is wrong with it, each with its place. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  readonly faults: readonly CatalogueFault[];

  constructor(faults: readonly CatalogueFault[]) {
    super(faults.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** Longer files are no catalogues. */
const MAX_TEXT = 4 * 1024 * 1024;

/** Reads a file. Nothing of its content is in an error but names of keys: a secret may stand in it by mistake. @throws CatalogueError */
export function readCatalogue(text: string): ReadCatalogue {
  if (text.length > MAX_TEXT) {
    const reason = { code: 'catalogue_too_long', params: {} } as const;
    throw new CatalogueError([{ line: 1, column: 1, message: describeReason(reason), path: '', reason }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const places = new CataloguePlaces(document, lines);
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new CatalogueError(
      broken.map(({ pos, message }) =>
        places.faultAt(pos[0], { message, reason: { code: 'catalogue_not_yaml', params: { why: message } } }),
      ),
    );
  }
  const result = catalogueSchema.safeParse(contentOf(document, places));
  if (!result.success) throw new CatalogueError(describeIssues(result.error, places));
  const doubled = findDoubles(result.data).map(([path, reason]) =>
    places.fault(path, { message: describeReason(reason), reason }),
  );
  if (doubled.length > 0) throw new CatalogueError(doubled);
  return { catalogue: result.data, places };
}

function contentOf(document: Document, places: CataloguePlaces): unknown {
  visit(document, {
    Scalar(_, node) {
      // A float would lose digits of a price, and so would a very long whole number: the text keeps them.
      const isExact = Number.isSafeInteger(node.value) && /^-?\d+$/.test(node.source ?? '');
      if (typeof node.value === 'number' && !isExact) node.value = node.source ?? String(node.value);
    },
  });
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The aliases of the file cannot be resolved.';
    const reason = { code: 'catalogue_not_yaml', params: { why: message } } as const;
    throw new CatalogueError([places.fault([], { message, reason })]);
  }
}

/** Names that stand twice. */
function findDoubles({ providers = [], models = [] }: Catalogue): [Path, Reason][] {
  const named = [
    ...providers.map(({ name }, index) => ({ path: ['providers', index, 'name'], name, kind: 'provider' })),
    ...models.map(({ title }, index) => ({ path: ['models', index, 'title'], name: title, kind: 'model' })),
  ];
  const known = new Set<string>();
  return named.flatMap(({ path, name, kind }): [Path, Reason][] => {
    const key = `${kind} ${name}`;
    if (known.has(key)) return [[path, { code: 'catalogue_name_twice', params: { kind } }]];
    known.add(key);
    return [];
  });
}
