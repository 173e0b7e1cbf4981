import { describe, expect, it } from 'vitest';
import { BlockReader, readBlocks, type RawBlock } from './block-reader.ts';

const label = (alt: string, host: string) => `picture ${alt} at ${host}`;

/** Reads a text that arrives in pieces of so many characters. */
function stream(text: string, pieceLength: number): BlockReader {
  const reader = new BlockReader(label);
  for (let end = pieceLength; end < text.length; end += pieceLength) {
    while (reader.step(text.slice(0, end), false));
  }
  while (reader.step(text, true));
  return reader;
}

/** Code as one text, whatever pieces it came in. */
const flat = (blocks: readonly RawBlock[]) =>
  blocks.map((block) =>
    block.kind === 'code' ? { ...block, pieces: block.pieces.join('').replace(/\n+$/, '') } : block,
  );

const answers = [
  '# Title\n\nSome *words* and `code`.\nA second line.\n\nSetext\n===\n\nEnd',
  '- a\n- b\n\n  inside b\n\n- c\n\nafter\n\n1. one\n2. two\n\n3. three',
  '1. a\n\n   ```js\n   const x = 1;\n   ```\n2. b\n',
  'text\n```python\ndef f():\n\n    return "```"\n```\nmore\n\n~~~~\n~~~\n~~~~\n',
  '```\nnever closed\n  indented',
  '  ```ts\n  const a = 1;\n    const b = 2;\n  ```\n',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n\nafter\n\n> quote\n> more\n\n> another\n',
  '<details>\n<summary>More</summary>\n\nHidden **words**\n\n```js\nf();\n```\n\n</details>\n\nShown',
  '<details>\n\nnever closed\n\nwords',
  'a\n\n    indented code\n\n    more of it\n\nb\n\n---\n\n***\n',
  '<script>alert(1)</script>\n\nok <b>bold</b> <img src=x onerror=y>\n',
  '好的。\n\n第一步：\n\n* 甲\n* 乙\n\n```bash\necho 你好\n```\n完成',
];

describe('BlockReader', () => {
  it('writes the same wherever the text was cut on its way', () => {
    for (const text of answers) {
      const whole = flat(readBlocks(text, label));
      for (const pieceLength of [1, 2, 3, 5, 8, 13, 40]) {
        expect(flat(stream(text, pieceLength).done), `${pieceLength}: ${text}`).toEqual(whole);
      }
    }
  });

  it('shows what has come so far, before its block has ended', () => {
    const reader = new BlockReader(label);
    while (reader.step('Some **bold** and', false));
    expect(reader.open).toEqual([{ kind: 'html', html: '<p>Some <strong>bold</strong> and</p>\n' }]);
    const text = 'Some **bold** and\n\n```js\nlet a;\nlet';
    while (reader.step(text, false));
    expect(reader.done).toHaveLength(1);
    expect(flat(reader.open)).toEqual([
      { kind: 'code', language: 'js', pieces: 'let a;\nlet', closed: false },
    ]);
  });

  it('reads every part of a long answer once, whatever it is made of', () => {
    const long = {
      paragraphs: 'Some words of an answer, and more of them.\n\n'.repeat(4_000),
      code: `\`\`\`js\n${'const value = compute();\n'.repeat(6_000)}\`\`\`\n`,
      list: '- one item of many\n'.repeat(8_000),
      line: 'word '.repeat(30_000),
      quote: '> quoted words\n'.repeat(10_000),
      table: `| a | b |\n|---|---|\n${'| some | cells |\n'.repeat(8_000)}`,
      brackets: '['.repeat(60_000),
      stars: '*a_ '.repeat(20_000),
    };
    for (const [name, text] of Object.entries(long)) {
      const reader = new BlockReader(label);
      let steps = 0;
      while (reader.step(text, true)) steps += 1;
      // A step reads some thousand characters; reading all again with each would take thousands of steps.
      expect(steps, name).toBeLessThan(text.length / 100);
      expect(reader.done.length, name).toBeGreaterThan(0);
    }
    expect(flat(readBlocks(long.code, label))).toMatchObject([{ pieces: long.code.slice(6, -5) }]);
  });

  it('numbers a long list on where it was cut', () => {
    const text = Array.from({ length: 400 }, (_, index) => `${index + 1}. An item of the list`).join('\n');
    const html = stream(text, 50).done.map((block) => (block.kind === 'html' ? block.html : ''));
    expect(html.length).toBeGreaterThan(1);
    expect(html.join('').match(/<li>/g)).toHaveLength(400);
    expect(html[1]).toMatch(/^<ol start="\d+">/);
  });

  it('finds links that are defined later, and says so', () => {
    const reader = stream('See [it][1].\n\nMore.\n\n[1]: https://example.com/a\n', 4);
    expect(reader.definesLinks).toBe(true);
    const again = new BlockReader(label, reader.links);
    while (again.step('See [it][1].', true));
    expect(again.done).toEqual([
      { kind: 'html', html: '<p>See <a href="https://example.com/a">it</a>.</p>\n' },
    ]);
  });

  it('links a picture from elsewhere instead of showing it, and shows one that came along', () => {
    const pixel = 'data:image/png;base64,AAAA';
    const html = readBlocks(
      `![a "b"](http://tracker.example/p.png?u=1) ![in](${pixel}) ![x](javascript:alert(1)) ![s](data:image/svg+xml;base64,AAAA)`,
      label,
    )[0];
    expect(html).toEqual({
      kind: 'html',
      html: expect.stringContaining('<a href="http://tracker.example/p.png?u=1">picture a') as string,
    });
    const text = html?.kind === 'html' ? html.html : '';
    expect(text.match(/<img/g)).toHaveLength(1);
    expect(text).toContain(`src="${pixel}"`);
    expect(text).not.toContain('javascript:');
    expect(text).not.toContain('svg+xml;');
  });
});
