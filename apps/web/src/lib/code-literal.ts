/** JSON values written as a programming language writes them, short objects on one line. */
export interface Dialect {
  indent: string;
  text: (value: string) => string;
  name: (value: string) => string;
  constants: { true: string; false: string; null: string };
  trailingComma: boolean;
}

/** Objects up to so many characters stay on one line. */
const maxLineLength = 72;

const same = { true: 'true', false: 'false', null: 'null' };
const json = (value: string) => JSON.stringify(value);

export const jsonDialect: Dialect = {
  indent: '  ',
  text: json,
  name: json,
  constants: same,
  trailingComma: false,
};

/** JSON's string escapes are Python's too. */
export const pythonDialect: Dialect = {
  indent: '    ',
  text: json,
  name: json,
  constants: { true: 'True', false: 'False', null: 'None' },
  trailingComma: true,
};

export const javascriptDialect: Dialect = {
  indent: '  ',
  text: (value) => (/['\\\n\r\p{Cc}]/u.test(value) ? json(value) : `'${value}'`),
  name: (value) => (/^[A-Za-z_$][\w$]*$/.test(value) ? value : json(value)),
  constants: same,
  trailingComma: true,
};

/** Writes a value; `depth` is how far the line it starts on is indented. */
export function writeLiteral(value: unknown, dialect: Dialect, depth = 0): string {
  if (typeof value === 'string') return dialect.text(value);
  if (value === true || value === false || value === null) {
    return dialect.constants[String(value) as 'true' | 'false' | 'null'];
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const write = (at: number) =>
    isList
      ? value.map((item: unknown) => writeLiteral(item, dialect, at))
      : Object.entries(value).map(
          ([name, item]) => `${dialect.name(name)}: ${writeLiteral(item, dialect, at)}`,
        );
  const flat = write(depth);
  if (flat.length === 0) return open + close;
  const pad = isList || dialect.name('a') !== 'a' ? '' : ' ';
  const oneLine = open + pad + flat.join(', ') + pad + close;
  if (!oneLine.includes('\n') && oneLine.length <= maxLineLength && !isList) return oneLine;
  const lines = write(depth + 1).map((line) => dialect.indent.repeat(depth + 1) + line);
  const end = dialect.trailingComma ? ',\n' : '\n';
  return `${open}\n${lines.join(',\n')}${end}${dialect.indent.repeat(depth)}${close}`;
}
