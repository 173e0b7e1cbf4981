import type { ConnectionTestOptions } from './test-connection.ts';

type Mode = ConnectionTestOptions['mode'];

/** Models that answer no chat, by the words that vendors put in their ids. */
const NO_CHAT =
  /embed|rerank|whisper|transcri|tts|speech|audio|asr|voice|dall-e|image|diffusion|flux|video|sora|wan\d|ocr|moderation|guard|^bge|^text-(?:ada|babbage|curie|davinci)|^(?:babbage|davinci)/i;
const EMBEDDING = /embed|bge|(?:^|[/-])(?:e5|gte)-/i;
const VISION = /vision|[-_]vl|vl[-_]|\dv(?:\b|-)|4o|omni|llava|pixtral|gemini|claude/i;

/** Which of an upstream's models a test calls when none is named: the first that is likely to answer. */
export function pickModel(ids: readonly string[], mode: Mode): string | undefined {
  const chatting = ids.filter((id) => !NO_CHAT.test(id));
  const fitting: Record<Mode, string | undefined> = {
    chat: chatting[0],
    vision: chatting.find((id) => VISION.test(id)) ?? chatting[0],
    embedding: ids.find((id) => EMBEDDING.test(id)),
    list: ids[0],
  };
  return fitting[mode] ?? ids[0];
}
