import { halves, listOf, objectOf, TOKENS, type Asked, type SaidCall } from './scene.ts';
import { json, plain, type WireDialect } from './wire-dialect.ts';

type Json = Record<string, unknown>;

const USAGE = {
  promptTokenCount: TOKENS.input,
  candidatesTokenCount: TOKENS.output,
  totalTokenCount: TOKENS.input + TOKENS.output,
};
const TAIL = { modelVersion: 'gemini-2.5-flash', responseId: 'resp-1' };

function read(path: string, body: Json): Asked {
  const contents = listOf(body.contents);
  const parts = listOf(contents.findLast(({ role }) => role === 'user')?.parts);
  const result = parts.map(({ functionResponse }) => objectOf(functionResponse)).find(({ name }) => name);
  const declared = listOf(listOf(body.tools)[0]?.functionDeclarations);
  const config = objectOf(body.generationConfig);
  return {
    text: parts.map(({ text }) => (typeof text === 'string' ? text : '')).join(''),
    hasImage: parts.some(({ inlineData }) => inlineData !== undefined),
    tool: (declared[0]?.name as string | undefined) ?? null,
    toolResult: result === undefined ? null : String(objectOf(result.response).output),
    wantsJson: config.responseMimeType === 'application/json',
    isStream: path.includes(':streamGenerateContent'),
  };
}

function candidate(parts: Json[], isLast: boolean): Json {
  const said = { content: { role: 'model', parts }, index: 0 };
  return { candidates: [isLast ? { ...said, finishReason: 'STOP' } : said], usageMetadata: USAGE, ...TAIL };
}

function callPart(said: SaidCall): Json {
  return { functionCall: { name: said.call.name, args: said.call.input }, thoughtSignature: 'c2ln' };
}

/** https://ai.google.dev/api/generate-content */
export const geminiWire: WireDialect = {
  dialect: 'gemini',
  basePath: '/gemini/v1beta',
  model: 'gemini-2.5-flash',
  read: (path, body) => (/:(streamGenerateContent|generateContent)/.test(path) ? read(path, body) : null),
  whole: (said) => candidate(['call' in said ? callPart(said) : { text: said.text }], true),
  events(said) {
    if ('call' in said) return [plain(candidate([callPart(said)], true))];
    const [first, second] = halves(said.text);
    return [plain(candidate([{ text: first }], false)), plain(candidate([{ text: second }], true))];
  },
  error: (status, message) => ({ error: { code: status, message, status: 'INVALID_ARGUMENT' } }),
  other(path, body) {
    if (!path.includes(':batchEmbedContents')) return undefined;
    const embeddings = listOf(body.requests).map(() => ({ values: [0.25, -0.5, 1] }));
    return json({ embeddings, usageMetadata: { promptTokenCount: 4 } });
  },
};
