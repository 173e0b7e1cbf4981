import { isJsonObject, type JsonObject } from '../body/parse-json-object.ts';
import { contentText, messageText } from './message-text.ts';
import { countText } from './count-text.ts';

/** Four tokens frame each message. */
const MESSAGE_TOKENS = 4;
/** An image of a megapixel in OpenAI's dearer reading: https://platform.openai.com/docs/guides/images-vision */
const IMAGE_TOKENS = 765;

/** Estimated prompt tokens of a request in OpenAI's shape, or in that of Anthropic's messages. */
export function countPrompt(request: JsonObject): number {
  const { messages, tools, system, input, prompt, query, documents } = request;
  if (query !== undefined) return countInputs(query) + countDocuments(documents);
  if (!Array.isArray(messages)) return countInputs(input ?? prompt) + countInstructions(request);
  const definitions = (tools === undefined ? 0 : countText(JSON.stringify(tools))) + countSystem(system);
  return (messages as unknown[]).reduce<number>(
    (sum, message) =>
      sum + MESSAGE_TOKENS + countText(messageText(message)) + IMAGE_TOKENS * countImages(message),
    definitions,
  );
}

/** Estimated tokens of what an answer says, whole or in chunks. */
export function countAnswer(answer: JsonObject): number {
  if (Array.isArray(answer.output)) return countInputs(answer.output);
  const choices: unknown[] = Array.isArray(answer.choices) ? answer.choices : [];
  return choices.reduce<number>((sum, choice) => {
    if (!isJsonObject(choice)) return sum;
    const old = typeof choice.text === 'string' ? choice.text : '';
    return sum + countText(messageText(choice.message) || old);
  }, 0);
}

/** One text, several, lists of token ids, or items of a response. */
function countInputs(input: unknown): number {
  const inputs: unknown[] = Array.isArray(input) ? input : [input];
  return inputs.reduce<number>((sum, item) => {
    if (typeof item === 'string') return sum + countText(item);
    if (isJsonObject(item)) return sum + MESSAGE_TOKENS + countItem(item);
    return sum + (Array.isArray(item) ? item.length : 1);
  }, 0);
}

/** An item of a response: a message, a call, what it gave. */
function countItem(item: JsonObject): number {
  const { name, arguments: given, output } = item;
  const texts = [name, given, output].filter((text) => typeof text === 'string');
  return countText(texts.join('') + messageText(item)) + IMAGE_TOKENS * countImages(item);
}

/** What a request for a response has beside its input. */
function countInstructions({ instructions, tools }: JsonObject): number {
  const said = typeof instructions === 'string' ? countText(instructions) : 0;
  return tools === undefined ? said : said + countText(JSON.stringify(tools));
}

/** Texts, or objects that hold one. */
function countDocuments(documents: unknown): number {
  if (!Array.isArray(documents)) return 0;
  return documents.reduce<number>(
    (sum, document: unknown) =>
      sum + countText(typeof document === 'string' ? document : JSON.stringify(document)),
    0,
  );
}

/** Anthropic's API has the system's text beside the messages. */
function countSystem(system: unknown): number {
  const text = contentText(system);
  return text === '' ? 0 : MESSAGE_TOKENS + countText(text);
}

/** In the message itself, and in the results of tools that it brings. */
function countImages(message: unknown): number {
  if (!isJsonObject(message) || !Array.isArray(message.content)) return 0;
  return (message.content as unknown[]).reduce<number>((sum, part) => {
    if (!isJsonObject(part)) return sum;
    if (part.type === 'tool_result') return sum + countImages(part);
    return sum + (part.image_url !== undefined || part.type === 'image' ? 1 : 0);
  }, 0);
}
