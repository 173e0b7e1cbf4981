import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { messageText } from './message-text.ts';
import { countText } from './count-text.ts';

/** Four tokens frame each message. */
const MESSAGE_TOKENS = 4;
/** An image of a megapixel in OpenAI's dearer reading: https://platform.openai.com/docs/guides/images-vision */
const IMAGE_TOKENS = 765;

/** Estimated prompt tokens of a request in OpenAI's shape. */
export function countPrompt(request: JsonObject): number {
  const { messages, tools, input, prompt } = request;
  if (!Array.isArray(messages)) return countInputs(input ?? prompt);
  const definitions = tools === undefined ? 0 : countText(JSON.stringify(tools));
  return (messages as unknown[]).reduce<number>(
    (sum, message) =>
      sum + MESSAGE_TOKENS + countText(messageText(message)) + IMAGE_TOKENS * countImages(message),
    definitions,
  );
}

/** Estimated tokens of what an answer says, whole or in chunks. */
export function countAnswer(answer: JsonObject): number {
  const choices: unknown[] = Array.isArray(answer.choices) ? answer.choices : [];
  return choices.reduce<number>((sum, choice) => {
    if (!isJsonObject(choice)) return sum;
    const old = typeof choice.text === 'string' ? choice.text : '';
    return sum + countText(messageText(choice.message) || old);
  }, 0);
}

/** One text, several, or lists of token ids. */
function countInputs(input: unknown): number {
  const inputs: unknown[] = Array.isArray(input) ? input : [input];
  return inputs.reduce<number>((sum, item) => {
    if (typeof item === 'string') return sum + countText(item);
    return sum + (Array.isArray(item) ? item.length : 1);
  }, 0);
}

function countImages(message: unknown): number {
  if (!isJsonObject(message) || !Array.isArray(message.content)) return 0;
  return (message.content as unknown[]).filter((part) => isJsonObject(part) && part.image_url !== undefined)
    .length;
}
