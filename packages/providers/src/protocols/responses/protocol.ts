import type { ClientProtocol } from '../../client-protocol.ts';
import { chatToResponse } from './from-chat.ts';
import { ResponseWriter } from './stream.ts';
import { responsesToChat } from './to-chat.ts';

/** https://platform.openai.com/docs/api-reference/responses */
export const responsesProtocol: ClientProtocol = {
  toChat: responsesToChat,
  fromChat: chatToResponse,
  openStream: (context) => new ResponseWriter(context),
};
