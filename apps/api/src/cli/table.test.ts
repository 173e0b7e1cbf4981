import { expect, test } from 'vitest';
import { alignDecimals, renderTable } from './table.ts';
import type { Terminal } from './terminal.ts';

const plain: Terminal = {
  print: () => undefined,
  write: () => undefined,
  note: () => undefined,
  colour: (text) => text,
  canAsk: false,
};

test('columns of Latin and Chinese text are aligned, numbers to the right', () => {
  const columns = [{ title: 'model' }, { title: 'calls', align: 'right' as const }, { title: 'note' }];
  const rows = [
    ['通义千问', '7', 'x'],
    ['demo', '1200', ''],
  ];
  expect(renderTable(columns, rows, plain)).toBe(
    ['model     calls  note', '通义千问      7  x', 'demo       1200'].join('\n'),
  );
});

test('colours are put around the padded cell, so that they move nothing', () => {
  const coloured = { ...plain, colour: (text: string) => `<${text}>` };
  const rows = [[{ text: 'ok', colour: 'green' as const }, 'b']];
  expect(renderTable([{ title: 'state' }, { title: 'c' }], rows, coloured)).toBe('<state  c>\n<ok   >  b');
});

test('amounts keep every decimal and get the same number of them', () => {
  expect(alignDecimals(['1', '0.0000000001', '12.5'])).toEqual([
    '1.0000000000',
    '0.0000000001',
    '12.5000000000',
  ]);
  expect(alignDecimals(['3', '4.5'])).toEqual(['3.00', '4.50']);
});
