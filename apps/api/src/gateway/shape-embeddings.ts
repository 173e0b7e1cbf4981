import { isJsonObject } from './body/parse-json-object.ts';
import type { ShapeAnswer } from './pipeline/unary-call.ts';

/** https://platform.openai.com/docs/api-reference/embeddings: base64 is little-endian float32. */
function toBase64(values: unknown[]): string {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeFloatLE(Number(value), index * 4));
  return bytes.toString('base64');
}

function toFloats(text: string): number[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}

/**
 * Gives embeddings in the encoding that was asked for. OpenAI's clients ask for base64 by default, and
 * decode whatever comes as such; many upstreams ignore the parameter and answer with numbers.
 */
export function shapeEmbeddings(encodingFormat: unknown): ShapeAnswer {
  const wantsBase64 = encodingFormat === 'base64';
  return (answer) => {
    const value = answer.value();
    const data = value.data as unknown[];
    let changed = false;
    const shaped = data.map((item) => {
      if (!isJsonObject(item)) return item;
      const { embedding } = item;
      if (wantsBase64 && Array.isArray(embedding)) {
        changed = true;
        return { ...item, embedding: toBase64(embedding) };
      }
      if (!wantsBase64 && typeof embedding === 'string') {
        changed = true;
        return { ...item, embedding: toFloats(embedding) };
      }
      return item;
    });
    return changed ? Buffer.from(JSON.stringify({ ...value, data: shaped })) : answer.bytes;
  };
}
