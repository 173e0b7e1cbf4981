import { describe, expect, it } from 'vitest';
import { codesCsv } from './codes-csv.ts';

describe('new codes as a file', () => {
  it('stand one a line, and a note can neither run nor split a cell', () => {
    const made = { batch_id: 3, amount: '12.5', currency: 'CNY', expires_at: null, codes: ['A-1', 'B-2'] };
    expect(codesCsv({ ...made, note: '=1+1, "x"' })).toBe(
      '\uFEFFcode,amount,currency,expires_at,batch,note\r\n' +
        `A-1,12.5,CNY,,3,"'=1+1, ""x"""\r\nB-2,12.5,CNY,,3,"'=1+1, ""x"""\r\n`,
    );
    expect(codesCsv({ ...made, codes: [], note: null })).toBe(
      '\uFEFFcode,amount,currency,expires_at,batch,note\r\n',
    );
  });
});
