import type { ModelConnection } from '@aigc/core/models/model-connection';
import { refusal } from '@aigc/shared/refusals';
import { isChatType, usualEndpoint } from '@aigc/shared/model-endpoints';
import type { Locale } from '@aigc/shared/schemas/fields';
import { toImageDataUrl } from '../gateway/body/to-image-data-url.ts';

const QUESTIONS: Record<Locale, { text: string; image: string }> = {
  en: { text: 'Introduce yourself in one sentence.', image: 'Describe this image in one sentence.' },
  'zh-CN': { text: '请用一句话介绍你自己。', image: '请用一句话描述这张图片。' },
};

export interface TestMessage {
  message?: string | undefined;
  /** `data:image/…;base64,…` */
  image?: string | undefined;
  locale?: Locale | undefined;
}

/**
 * What a model is asked: the administrator's own words or a sensible question in their language, and the
 * image in a form and size that models take.
 * @throws AppError `invalid_field` on `id` for a model that cannot be asked; it or `invalid_image` on `image`
 */
export async function prepareMessage(
  connection: Pick<ModelConnection, 'acceptsImages' | 'type'>,
  input: TestMessage,
): Promise<{ message: string; image: string | null }> {
  const { type } = connection;
  if (!isChatType(type) && type !== 'embedding') {
    throw refusal('model_not_asked', { type, endpoint: usualEndpoint(type) }, { param: 'id' });
  }
  const question = QUESTIONS[input.locale ?? 'en'][input.image === undefined ? 'text' : 'image'];
  const message = input.message?.trim() || question;
  if (input.image === undefined) return { message, image: null };
  if (!connection.acceptsImages) {
    throw refusal('model_sees_nothing', {}, { param: 'image' });
  }
  return { message, image: await toImageDataUrl(decodeDataUrl(input.image)) };
}

function decodeDataUrl(url: string): Buffer {
  const match = /^data:image\/[\w.+-]+;base64,([A-Za-z0-9+/=\s]+)$/.exec(url);
  if (match?.[1] === undefined) {
    throw refusal('image_not_base64', {}, { param: 'image' });
  }
  return Buffer.from(match[1], 'base64');
}
