// A provider for AIGC Space, as a template. "Acme" is made up: its API takes a conversation at POST {address}/generate
// and answers with a reply, whole or as server-sent events. Replace what speaks of Acme; the rest is how every plug-in
// looks. Types are in provider-plugin.d.ts.

/** What is carried under another name, and how. Everything else that a caller sends is reported as dropped. */
const CARRIED = {
  max_tokens: 'max_length',
  max_completion_tokens: 'max_length',
  temperature: 'creativity',
  stop: 'stop_at',
};
/** Carried elsewhere, or without effect for the answer. */
const ALWAYS = new Set(['model', 'messages', 'stream', 'stream_options']);
const SPEAKERS = { system: 'narrator', developer: 'narrator', user: 'person', assistant: 'machine' };
const FINISH_REASONS = { end: 'stop', length: 'length', blocked: 'content_filter' };

/** An error whose text the caller of the platform may read; `name` says what became of the call. */
function failure(name, message, param) {
  return Object.assign(new Error(message), { name, param });
}

function textOf(content, index) {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content : [];
  if (parts.some(({ type }) => type !== 'text')) {
    throw failure('RequestMappingError', 'Acme reads text only.', `messages[${index}].content`);
  }
  return parts.map(({ text }) => text).join('\n');
}

function toTurn({ role, content }, index) {
  const speaker = SPEAKERS[role];
  if (speaker === undefined) {
    throw failure('RequestMappingError', `Acme has no role "${role}".`, `messages[${index}].role`);
  }
  return { speaker, text: textOf(content, index) };
}

function usageOf(counts) {
  if (counts === undefined) return undefined;
  const { read, written } = counts;
  return { prompt_tokens: read, completion_tokens: written, total_tokens: read + written };
}

const base = (model) => ({ id: `acme-${Date.now()}`, created: Math.floor(Date.now() / 1000), model });

/** @type {import('./provider-plugin.d.ts').ProviderPlugin} */
export default {
  apiVersion: 1,
  id: 'acme',
  label: 'Acme',
  form: {
    address: { default: 'https://api.acme.example/v2' },
    secret: { label: { en: 'Acme key', 'zh-CN': 'Acme 密钥' } },
    settings: [
      {
        kind: 'choice',
        name: 'region',
        label: { en: 'Region', 'zh-CN': '区域' },
        default: 'eu',
        options: [
          { value: 'eu', label: { en: 'Europe', 'zh-CN': '欧洲' } },
          { value: 'cn', label: { en: 'China', 'zh-CN': '中国' } },
        ],
      },
    ],
  },

  chat: {
    request(request, { target, isStream }) {
      const body = {
        engine: target.model,
        conversation: request.messages.map(toTurn),
        live: isStream,
      };
      const mapped = [];
      const dropped = [];
      for (const [name, value] of Object.entries(request)) {
        if (ALWAYS.has(name) || value === null) continue;
        const theirs = CARRIED[name];
        if (theirs === undefined) dropped.push(name);
        else {
          body[theirs] = value;
          mapped.push(name);
        }
      }
      const { region = 'eu' } = target.settings ?? {};
      const headers = { 'x-acme-region': region };
      if (target.apiKey !== null) headers['x-acme-key'] = target.apiKey;
      return {
        url: `${target.baseUrl.replace(/\/+$/, '')}/generate`,
        headers,
        body,
        parameters: { mapped, dropped },
      };
    },

    answer(answer, { target }) {
      if (typeof answer.reply !== 'string') throw failure('UpstreamAnswerError', 'it holds no reply');
      const message = { role: 'assistant', content: answer.reply, refusal: null };
      const finish_reason = FINISH_REASONS[answer.ended_by] ?? 'stop';
      return {
        ...base(target.model),
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason }],
        usage: usageOf(answer.counts),
      };
    },

    openStream({ target }) {
      const same = { ...base(target.model), object: 'chat.completion.chunk' };
      const chunk = (delta, finish_reason = null) => ({
        ...same,
        choices: [{ index: 0, delta, logprobs: null, finish_reason }],
      });
      let hasBegun = false;
      let last = null;
      return {
        read({ event, data }) {
          const said = JSON.parse(data);
          if (event === 'trouble') throw failure('UpstreamAnswerError', String(said.message));
          if (event === 'done') {
            last = said;
            return [];
          }
          const delta = hasBegun ? { content: said.text } : { role: 'assistant', content: said.text };
          hasBegun = true;
          return [chunk(delta)];
        },
        end() {
          if (last === null) throw failure('UpstreamAnswerError', 'the stream broke off');
          const usage = usageOf(last.counts);
          return [
            chunk({}, FINISH_REASONS[last.ended_by] ?? 'stop'),
            ...(usage === undefined ? [] : [{ ...same, choices: [], usage }]),
          ];
        },
      };
    },
  },

  readError(answer) {
    const message = answer?.trouble?.text;
    return typeof message === 'string'
      ? { message, type: null, code: answer.trouble.code ?? null, param: null }
      : undefined;
  },

  classify: ({ status, error }) => (status === 409 && error?.code === 'used_up' ? 'quota' : undefined),
};
