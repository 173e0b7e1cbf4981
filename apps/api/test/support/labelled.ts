const MAX_LABEL_LENGTH = 60;

/** Puts a short text of each case's first value in front of it, for the names of `test.each`. */
export function labelled<T extends readonly [unknown, ...unknown[]]>(cases: readonly T[]): [string, ...T][] {
  return cases.map((values): [string, ...T] => {
    const text = JSON.stringify(values[0]);
    return [text.length > MAX_LABEL_LENGTH ? `${text.slice(0, MAX_LABEL_LENGTH)}…` : text, ...values];
  });
}
