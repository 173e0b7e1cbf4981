import type { ClientProtocol } from '../../client-protocol.ts';
import { chatToCompletion, CompletionWriter } from './from-chat.ts';
import { completionToChat } from './to-chat.ts';

/** The legacy completions: https://platform.openai.com/docs/api-reference/completions */
export const completionsProtocol: ClientProtocol = {
  toChat: completionToChat,
  fromChat: chatToCompletion,
  openStream: (context) => new CompletionWriter(context),
};
