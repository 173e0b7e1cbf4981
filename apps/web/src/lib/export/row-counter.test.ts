import { expect, it } from 'vitest';
import { RowCounter, type ExportFormat } from './row-counter.ts';

function count(format: ExportFormat, text: string, size: number): number {
  const counter = new RowCounter(format);
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) counter.add(bytes.subarray(at, at + size));
  return counter.rows;
}

it('counts rows and not lines, wherever the bytes are cut', () => {
  const csv = '\uFEFFtime,message\r\n1,plain\r\n2,"two\r\nlines, ""quoted"""\r\n3,"“中”"\r\n';
  const ndjson = '{"a":"x\\"y"}\n{"b":1}\n';
  for (let size = 1; size < 20; size += 1) {
    expect(count('csv', csv, size)).toBe(3);
    expect(count('ndjson', ndjson, size)).toBe(2);
  }
  expect(count('csv', '\uFEFFtime,message\r\n', 5)).toBe(0);
});
