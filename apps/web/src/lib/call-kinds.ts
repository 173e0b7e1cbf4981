import { usualEndpoint } from '@aigc/shared/model-endpoints';
import type { ModelType } from '@aigc/shared/schemas/models';

/** What the programs call that the panel shows. */
export type CallEndpoint =
  | 'chat/completions'
  | 'embeddings'
  | 'images/generations'
  | 'audio/speech'
  | 'audio/transcriptions'
  | 'rerank'
  | 'moderations';

interface Sdk {
  /** The method of the official clients, without `client.`; the same in Python and Node. */
  method: string;
  python: string;
  node: string;
}

/** How the official clients call an endpoint and print what it answers. Null: not at all, or not in a few lines. */
export const SDK_CALLS: Readonly<Record<CallEndpoint, Sdk | null>> = {
  'chat/completions': {
    method: 'chat.completions.create',
    python: 'print(answer.choices[0].message.content)',
    node: 'console.log(answer.choices[0].message.content);',
  },
  embeddings: {
    method: 'embeddings.create',
    python: 'print(len(answer.data[0].embedding))',
    node: 'console.log(answer.data[0].embedding.length);',
  },
  'images/generations': {
    method: 'images.generate',
    python: 'print(answer.data[0].url or answer.data[0].b64_json)',
    node: 'console.log(answer.data[0].url ?? answer.data[0].b64_json);',
  },
  'audio/speech': {
    method: 'audio.speech.create',
    python: 'answer.write_to_file("speech.mp3")',
    node: "await (await import('node:fs/promises')).writeFile('speech.mp3', Buffer.from(await answer.arrayBuffer()));",
  },
  'audio/transcriptions': null,
  rerank: null,
  moderations: {
    method: 'moderations.create',
    python: 'print(answer.results[0].flagged)',
    node: 'console.log(answer.results[0].flagged);',
  },
};

/** The first thing to try with a model of a type. Fields of a form for what is a file, JSON otherwise. */
export function firstCall(
  type: ModelType,
  model: string,
): { endpoint: CallEndpoint; body: Record<string, unknown> } {
  const endpoint = usualEndpoint(type);
  switch (endpoint) {
    case 'embeddings':
    case 'moderations':
      return { endpoint, body: { model, input: 'Hello' } };
    case 'images/generations':
      return { endpoint, body: { model, prompt: 'A lighthouse at dusk', n: 1 } };
    case 'audio/speech':
      return { endpoint, body: { model, voice: 'alloy', input: 'Hello' } };
    case 'audio/transcriptions':
      return { endpoint, body: { model, file: '@speech.mp3' } };
    case 'rerank':
      return {
        endpoint,
        body: { model, query: 'Where is the harbour?', documents: ['By the sea', 'Uphill'] },
      };
    default:
      return {
        endpoint: 'chat/completions',
        body: { model, messages: [{ role: 'user', content: 'Hello' }] },
      };
  }
}
