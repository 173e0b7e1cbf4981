import { javascriptDialect, jsonDialect, pythonDialect, writeLiteral } from './code-literal.ts';

/** Programs that make one call to this site's API, ready to paste. The texts are code, so they are not translated. */

export interface CodeSnippet {
  label: string;
  language: string;
  code: string;
}

export interface CallExample {
  /** The site's origin; `/api/v1` is appended. */
  origin: string;
  /** Without one, the programs read OPENAI_API_KEY, as the official clients do by themselves. */
  apiKey?: string | undefined;
  endpoint: 'chat/completions' | 'embeddings';
  /** The request as JSON. With `stream: true` the programs print the answer as it comes. */
  body: Record<string, unknown>;
}

/** The address that clients take as their base URL. */
export function apiBaseUrl(origin: string): string {
  return `${origin}/api/v1`;
}

/** curl, Python and Node for one request. */
export function callSnippets(example: CallExample): CodeSnippet[] {
  return [
    { label: 'curl', language: 'bash', code: curl(example) },
    { label: 'Python', language: 'python', code: python(example) },
    { label: 'Node', language: 'javascript', code: node(example) },
  ];
}

/** What most programs need instead of code: the two variables that the official clients read. The label is a word. */
export function environmentSnippet(label: string, origin: string, apiKey: string): CodeSnippet {
  const code = `export OPENAI_BASE_URL="${apiBaseUrl(origin)}"\nexport OPENAI_API_KEY="${apiKey}"`;
  return { label, language: 'bash', code };
}

/** The first thing to try with a model: one short message, or for embedding models one short text. */
export function firstCallExample(options: {
  origin: string;
  model: string;
  embedding?: boolean;
  apiKey?: string | undefined;
}): CallExample {
  const { origin, model, apiKey, embedding = false } = options;
  return embedding
    ? { origin, apiKey, endpoint: 'embeddings', body: { model, input: 'Hello' } }
    : {
        origin,
        apiKey,
        endpoint: 'chat/completions',
        body: { model, messages: [{ role: 'user', content: 'Hello' }] },
      };
}

/**
 * For a key that has just been made: curl, Python, Node and environment variables (under `environmentLabel`), the
 * key written out.
 */
export function firstCallSnippets(options: {
  origin: string;
  apiKey: string;
  model: string;
  embedding?: boolean;
  environmentLabel: string;
}): CodeSnippet[] {
  const { origin, apiKey, environmentLabel } = options;
  return [...callSnippets(firstCallExample(options)), environmentSnippet(environmentLabel, origin, apiKey)];
}

function curl({ origin, apiKey, endpoint, body }: CallExample): string {
  const json = writeLiteral(body, jsonDialect).replaceAll("'", String.raw`'\''`);
  const buffering = body['stream'] === true ? '-N ' : '';
  return [
    `curl ${buffering}${apiBaseUrl(origin)}/${endpoint} \\`,
    `  -H "Authorization: Bearer ${apiKey ?? '$OPENAI_API_KEY'}" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '${json}'`,
  ].join('\n');
}

function python(example: CallExample): string {
  const { origin, apiKey, endpoint, body } = example;
  const key = apiKey === undefined ? '' : `, api_key=${JSON.stringify(apiKey)}`;
  const call = endpoint === 'embeddings' ? 'client.embeddings.create' : 'client.chat.completions.create';
  const lines = Object.entries(body).map(
    ([name, value]) => `    ${name}=${writeLiteral(value, pythonDialect, 1)},`,
  );
  return [
    '# pip install openai',
    'from openai import OpenAI',
    '',
    `client = OpenAI(base_url=${JSON.stringify(apiBaseUrl(origin))}${key})`,
    `answer = ${call}(`,
    ...lines,
    ')',
    ...printed(example, {
      stream: [
        'for chunk in answer:',
        '    if chunk.choices:',
        '        print(chunk.choices[0].delta.content or "", end="", flush=True)',
      ],
      chat: 'print(answer.choices[0].message.content)',
      embedding: 'print(len(answer.data[0].embedding))',
    }),
  ].join('\n');
}

function node(example: CallExample): string {
  const { origin, apiKey, endpoint, body } = example;
  const key = apiKey === undefined ? '' : `, apiKey: ${writeLiteral(apiKey, javascriptDialect)}`;
  const call = endpoint === 'embeddings' ? 'client.embeddings.create' : 'client.chat.completions.create';
  return [
    '// npm install openai; save as call.mjs',
    "import OpenAI from 'openai';",
    '',
    `const client = new OpenAI({ baseURL: ${writeLiteral(apiBaseUrl(origin), javascriptDialect)}${key} });`,
    `const answer = await ${call}(${writeLiteral(body, javascriptDialect)});`,
    ...printed(example, {
      stream: [
        'for await (const chunk of answer) {',
        "  process.stdout.write(chunk.choices[0]?.delta.content ?? '');",
        '}',
      ],
      chat: 'console.log(answer.choices[0].message.content);',
      embedding: 'console.log(answer.data[0].embedding.length);',
    }),
  ].join('\n');
}

function printed(
  { endpoint, body }: CallExample,
  lines: { stream: string[]; chat: string; embedding: string },
): string[] {
  if (endpoint === 'embeddings') return [lines.embedding];
  return body['stream'] === true ? lines.stream : [lines.chat];
}
