import { addRateHeaders } from '../../limits/rate-headers.ts';
import { toEnvelope } from '../errors.ts';
import type { ApiStyle } from './api-style.ts';

/** OpenAI's API. */
export const openAiStyle: ApiStyle = {
  envelope: toEnvelope,
  // A named `error` event with a string message is what OpenAI's, Anthropic's and Vercel's clients all raise.
  streamFailure: (error) =>
    `event: error\ndata: ${JSON.stringify({ type: 'error', ...toEnvelope(error) })}\n\n`,
  keepAlive: Buffer.from(': keep-alive\n\n'),
  addRateHeaders,
};
