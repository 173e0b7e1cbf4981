import type { SceneServer } from './upstreams/scene-server.ts';

/** Features that clients have in common, in the order of the table. */
export const FEATURES = [
  'chat',
  'stream',
  'tools',
  'tools, streamed',
  'JSON schema',
  'vision',
  'embeddings',
  'responses',
  'responses, streamed',
  'completions',
  'images',
  'speech',
  'transcription',
  'count tokens',
  'models',
  'errors',
  'retries',
  'abort',
] as const;
export type Feature = (typeof FEATURES)[number];

/** What a check works with: the gateway, a key, and the models at one dialect's upstream. */
export interface CheckContext {
  origin: string;
  key: string;
  scene: SceneServer;
  /** Different for each check. */
  name: string;
  chat: string;
  embedding: string;
  image: string;
  speech: string;
  transcription: string;
}

/** One feature of one client. */
export interface Check {
  client: string;
  feature: Feature;
  /** Throws if the client is not served as it must be. */
  run(context: CheckContext): Promise<void>;
}

/** What an upstream of the dialect cannot do, so that no gateway could. */
export const OUT_OF_REACH: Readonly<Record<string, readonly Feature[]>> = {
  'openai-compatible': [],
  azure: [],
  anthropic: ['embeddings', 'images', 'speech', 'transcription'],
  gemini: ['images', 'speech', 'transcription'],
  'custom-function': [
    'tools',
    'tools, streamed',
    'JSON schema',
    'vision',
    'embeddings',
    'images',
    'speech',
    'transcription',
  ],
};
