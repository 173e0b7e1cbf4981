import type { ClientProtocol } from '../../client-protocol.ts';
import { chatToMessage } from './from-chat.ts';
import { MessageWriter } from './stream.ts';
import { messagesToChat } from './to-chat.ts';

/** Anthropic's Messages API: https://platform.claude.com/docs/en/api/messages/create */
export const messagesProtocol: ClientProtocol = {
  toChat: messagesToChat,
  fromChat: chatToMessage,
  openStream: (context) => new MessageWriter(context),
};
