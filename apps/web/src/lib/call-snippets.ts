import type { ModelType } from '@aigc/shared/schemas/models';
import { firstCall, SDK_CALLS, type CallEndpoint } from './call-kinds.ts';
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
  endpoint: CallEndpoint;
  /** The request as JSON. With `stream: true` the programs print the answer as it comes. */
  body: Record<string, unknown>;
}

/** The address that clients take as their base URL. */
export function apiBaseUrl(origin: string): string {
  return `${origin}/api/v1`;
}

/** curl, Python and Node for one request; curl alone where the official clients have no such call. */
export function callSnippets(example: CallExample): CodeSnippet[] {
  const snippets = [{ label: 'curl', language: 'bash', code: curl(example) }];
  if (SDK_CALLS[example.endpoint] === null) return snippets;
  return [
    ...snippets,
    { label: 'Python', language: 'python', code: python(example) },
    { label: 'Node', language: 'javascript', code: node(example) },
  ];
}

/** What most programs need instead of code: the two variables that the official clients read. The label is a word. */
export function environmentSnippet(label: string, origin: string, apiKey: string): CodeSnippet {
  const code = `export OPENAI_BASE_URL="${apiBaseUrl(origin)}"\nexport OPENAI_API_KEY="${apiKey}"`;
  return { label, language: 'bash', code };
}

/** The first thing to try with a model: one short message, or what its type asks for. */
export function firstCallExample(options: {
  origin: string;
  model: string;
  type?: ModelType;
  apiKey?: string | undefined;
}): CallExample {
  const { origin, model, apiKey, type = 'language' } = options;
  return { origin, apiKey, ...firstCall(type, model) };
}

/**
 * For a key that has just been made: curl, Python, Node and environment variables (under `environmentLabel`), the
 * key written out.
 */
export function firstCallSnippets(options: {
  origin: string;
  apiKey: string;
  model: string;
  type?: ModelType;
  environmentLabel: string;
}): CodeSnippet[] {
  const { origin, apiKey, environmentLabel } = options;
  return [...callSnippets(firstCallExample(options)), environmentSnippet(environmentLabel, origin, apiKey)];
}

function curl({ origin, apiKey, endpoint, body }: CallExample): string {
  const authorization = `  -H "Authorization: Bearer ${apiKey ?? '$OPENAI_API_KEY'}" \\`;
  if (endpoint === 'audio/transcriptions') {
    const fields = Object.entries(body).map(([name, value]) => `  -F ${quoted(`${name}=${String(value)}`)}`);
    return [`curl ${apiBaseUrl(origin)}/${endpoint} \\`, authorization, fields.join(' \\\n')].join('\n');
  }
  const json = writeLiteral(body, jsonDialect);
  const buffering = body['stream'] === true ? '-N ' : '';
  return [
    `curl ${buffering}${apiBaseUrl(origin)}/${endpoint} \\`,
    authorization,
    `  -H "Content-Type: application/json" \\`,
    `  -d ${quoted(json)}${endpoint === 'audio/speech' ? ' -o speech.mp3' : ''}`,
  ].join('\n');
}

/** As one word of a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function python(example: CallExample): string {
  const { origin, apiKey, endpoint, body } = example;
  const key = apiKey === undefined ? '' : `, api_key=${JSON.stringify(apiKey)}`;
  const call = `client.${SDK_CALLS[endpoint]?.method ?? ''}`;
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
      whole: SDK_CALLS[endpoint]?.python,
    }),
  ].join('\n');
}

function node(example: CallExample): string {
  const { origin, apiKey, endpoint, body } = example;
  const key = apiKey === undefined ? '' : `, apiKey: ${writeLiteral(apiKey, javascriptDialect)}`;
  const call = `client.${SDK_CALLS[endpoint]?.method ?? ''}`;
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
      whole: SDK_CALLS[endpoint]?.node,
    }),
  ].join('\n');
}

function printed({ body }: CallExample, lines: { stream: string[]; whole: string | undefined }): string[] {
  return body['stream'] === true ? lines.stream : [lines.whole ?? ''];
}
