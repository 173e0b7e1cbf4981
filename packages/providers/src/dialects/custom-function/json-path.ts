/** The members and indexes that lead to a value. */
export type JsonPath = readonly string[];

const STEP = /^(?:\.?([^.[\]]+)|\[(\d+)\]|\["([^"]*)"\])/;

/**
 * Reads where a value is: a JSON pointer (RFC 6901, `/choices/0/text`) or a path with dots (`choices[0].text`, with or
 * without `$.` before it). Null if it is neither.
 */
export function parseJsonPath(text: string): JsonPath | null {
  const path = text.trim();
  if (path.startsWith('/')) {
    return path
      .slice(1)
      .split('/')
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  }
  const steps: string[] = [];
  let rest = path.replace(/^\$/, '');
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (match === null) return null;
    steps.push(match[1] ?? match[2] ?? match[3] ?? '');
    rest = rest.slice(match[0].length);
  }
  return steps.length === 0 && path !== '$' ? null : steps;
}

/** The value at a path; undefined if there is none. Only what the answer itself holds is ever found. */
export function valueAt(answer: unknown, path: JsonPath): unknown {
  let value = answer;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}
