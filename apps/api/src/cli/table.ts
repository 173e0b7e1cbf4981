import { money } from '@aigc/shared/money';
import type { Colour, Terminal } from './terminal.ts';
import { padText, printable, textWidth } from './text-width.ts';

export interface Column {
  title: string;
  align?: 'left' | 'right';
  /** At least this many columns wide: for rows that are still to come. */
  minWidth?: number;
}

/** A text, or one with a colour. */
export type Cell = string | { text: string; colour: Colour };

const GAP = '  ';

/** Aligned lines under their titles, without an end of line at the end. */
export function renderTable(columns: readonly Column[], rows: readonly Cell[][], terminal: Terminal): string {
  const layout = layOut(columns, rows);
  return [layout.header(terminal), ...rows.map((row) => layout.line(row, terminal))].join('\n');
}

export interface TableLayout {
  header(terminal: Terminal): string;
  line(row: readonly Cell[], terminal: Terminal): string;
}

/** Widths that fit the given rows, for a table that grows line by line. */
export function layOut(columns: readonly Column[], rows: readonly Cell[][]): TableLayout {
  const widths = columns.map(({ title, minWidth = 0 }, index) =>
    Math.max(minWidth, textWidth(title), ...rows.map((row) => textWidth(textOf(row[index] ?? '')))),
  );
  const place = (text: string, index: number): string => {
    const align = columns[index]?.align ?? 'left';
    // Nothing follows the last column, so spaces would only wrap in narrow terminals.
    if (align === 'left' && index === columns.length - 1) return text;
    return padText(text, widths[index] ?? 0, align);
  };
  return {
    header: (terminal) =>
      terminal.colour(columns.map(({ title }, index) => place(title, index)).join(GAP), 'dim'),
    line: (row, terminal) =>
      columns
        .map((_, index) => {
          const cell = row[index] ?? '';
          const placed = place(textOf(cell), index);
          return typeof cell === 'string' ? placed : terminal.colour(placed, cell.colour);
        })
        .join(GAP)
        .trimEnd(),
  };
}

function textOf(cell: Cell): string {
  return printable(typeof cell === 'string' ? cell : cell.text);
}

/** Amounts written with the same number of decimals, so that their points stand below each other. Nothing is rounded. */
export function alignDecimals(amounts: readonly string[]): string[] {
  const decimals = Math.max(2, ...amounts.map((amount) => money(amount).decimalPlaces()));
  return amounts.map((amount) => money(amount).toFixed(decimals));
}
