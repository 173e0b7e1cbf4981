import { FIGURES, best, median, type FigureName, type Findings } from './figures.ts';

const NAMES = Object.keys(FIGURES) as FigureName[];

/** The figures against what they should be, as lines for a terminal. */
export function table(findings: Findings): string[] {
  const rows = [['figure', 'median', 'best', 'reach', 'aim', '']];
  for (const name of NAMES) {
    const values = findings.rounds(name);
    if (values.length === 0) continue;
    const { about, digits, reach, aim, better } = FIGURES[name];
    const sign = better === 'lower' ? '≤' : '≥';
    const value = median(values);
    const meets = (bound: number): boolean => (better === 'lower' ? value <= bound : value >= bound);
    const verdict = !Number.isFinite(reach)
      ? ''
      : aim !== null && meets(aim)
        ? 'aim met'
        : meets(reach)
          ? 'reached'
          : 'missed';
    rows.push([
      about,
      value.toFixed(digits),
      best(name, values).toFixed(digits),
      Number.isFinite(reach) ? `${sign} ${reach}` : '',
      aim === null ? '' : `${sign} ${aim}`,
      verdict,
    ]);
  }
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  const leftOut = Object.entries(findings.leftOut()).map(
    ([name, reason]) => `${name} was left out: ${reason}`,
  );
  return [...lines, ...leftOut];
}

/** The same for programs: every figure by its name, and the rounds behind it. */
export function json(findings: Findings, about: Record<string, unknown>): string {
  const measured = NAMES.filter((name) => findings.rounds(name).length > 0);
  return `${JSON.stringify(
    {
      ...Object.fromEntries(measured.map((name) => [name, median(findings.rounds(name))])),
      best: Object.fromEntries(measured.map((name) => [name, best(name, findings.rounds(name))])),
      rounds: Object.fromEntries(measured.map((name) => [name, findings.rounds(name)])),
      left_out: findings.leftOut(),
      about,
      details: findings.details(),
    },
    undefined,
    2,
  )}\n`;
}
