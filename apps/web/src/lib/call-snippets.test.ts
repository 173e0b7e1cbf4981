import { execFileSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { callSnippets, environmentSnippet, firstCallExample, firstCallSnippets } from './call-snippets.ts';

const origin = 'http://127.0.0.1:8000';
const apiKey = 'sk-aigc-0123456789012345678901234567890123456789';

function code(snippets: { label: string; code: string }[], label: string): string {
  return snippets.find((snippet) => snippet.label === label)?.code ?? '';
}

describe('callSnippets', () => {
  it('addresses this site and carries the key and the model', () => {
    for (const { code: text } of firstCallSnippets({
      origin,
      apiKey,
      model: 'demo-chat',
      environmentLabel: 'Environment',
    }).slice(0, 3)) {
      expect(text).toContain(`${origin}/api/v1`);
      expect(text).toContain(apiKey);
      expect(text).toContain('demo-chat');
    }
  });

  it('leaves the key to the environment when none is given', () => {
    const snippets = callSnippets(firstCallExample({ origin, model: 'demo-chat' }));
    expect(code(snippets, 'curl')).toContain('Bearer $OPENAI_API_KEY');
    expect(code(snippets, 'Python')).not.toContain('api_key');
    expect(code(snippets, 'Node')).not.toContain('apiKey');
  });

  it('hands a shell exactly the JSON of the body, quotes and line ends included', () => {
    const body = {
      model: 'm',
      messages: [{ role: 'user', content: `it's "quoted" $HOME \`x\`\nand 中文 \\` }],
    };
    const text = code(callSnippets({ origin, endpoint: 'chat/completions', body }), 'curl');
    const script = `curl() { for last; do :; done; printf %s "$last"; }\n${text}`;
    expect(JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }))).toEqual(body);
  });

  it('writes JavaScript that evaluates to the body', () => {
    const body = {
      model: "a'b",
      temperature: 0.5,
      'x-y': [null, true],
      messages: [{ content: '"role": 1\n"a": 2' }],
    };
    const text = code(callSnippets({ origin, endpoint: 'chat/completions', body }), 'Node');
    const literal = /create\(([\s\S]*)\);\nconsole/.exec(text)?.[1];
    expect(runInNewContext(`(${literal})`)).toEqual(body);
  });

  it('spells true, false and null as Python does', () => {
    const body = { model: 'm', a: true, b: false, c: null, d: [], e: { f: [1, 'x'] } };
    const text = code(callSnippets({ origin, endpoint: 'chat/completions', body }), 'Python');
    expect(text).toContain('a=True,');
    expect(text).toContain('b=False,');
    expect(text).toContain('c=None,');
    expect(text).toContain('d=[],');
    expect(text).not.toMatch(/\b(true|false|null)\b/);
  });

  it('prints a streamed answer as it comes', () => {
    const snippets = callSnippets({
      origin,
      endpoint: 'chat/completions',
      body: { model: 'm', stream: true },
    });
    expect(code(snippets, 'curl')).toContain('curl -N ');
    expect(code(snippets, 'Python')).toContain('for chunk in answer:');
    expect(code(snippets, 'Node')).toContain('for await (const chunk of answer)');
  });

  it('calls the embeddings endpoint for an embedding model', () => {
    const snippets = callSnippets(firstCallExample({ origin, model: 'e', type: 'embedding' }));
    expect(code(snippets, 'curl')).toContain('/api/v1/embeddings');
    expect(code(snippets, 'Python')).toContain('client.embeddings.create(');
  });
});

describe('environmentSnippet', () => {
  it('sets the two variables that the official clients read', () => {
    expect(environmentSnippet('Environment', origin, apiKey).code).toBe(
      `export OPENAI_BASE_URL="${origin}/api/v1"\nexport OPENAI_API_KEY="${apiKey}"`,
    );
  });
});

describe('the first call of a model', () => {
  it('is what its type answers, a file where it hears one', () => {
    const first = (type: 'image' | 'speech' | 'transcription' | 'rerank') =>
      callSnippets(firstCallExample({ origin, model: "a'b", type }));
    expect(code(first('image'), 'Python')).toContain('client.images.generate(');
    expect(code(first('speech'), 'curl')).toMatch(/audio\/speech[\s\S]*-o speech\.mp3$/);
    expect(first('transcription').map(({ label }) => label)).toEqual(['curl']);
    expect(code(first('transcription'), 'curl')).toContain(String.raw`-F 'model=a'\''b'`);
    expect(code(first('transcription'), 'curl')).toContain("-F 'file=@speech.mp3'");
    expect(code(first('rerank'), 'curl')).toContain('/rerank');
  });
});
