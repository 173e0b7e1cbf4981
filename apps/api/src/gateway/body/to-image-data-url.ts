import sharp from 'sharp';
import { AppError } from '@aigc/shared/errors';

/** Longest side that is sent upstream; vision models scale larger images down themselves. */
const MAX_SIDE_PIXELS = 2048;
/** Guards against small files that unpack into gigantic images. */
const MAX_INPUT_PIXELS = 100_000_000;

/**
 * Reads an image in any common format and re-encodes it (JPEG, or PNG when it has transparency) as a
 * data URL, turned upright and at most 2048 pixels on a side. Metadata is left behind.
 */
export async function toImageDataUrl(image: Buffer): Promise<string> {
  try {
    const read = sharp(image, { limitInputPixels: MAX_INPUT_PIXELS, failOn: 'error' });
    const { hasAlpha } = await read.metadata();
    const resized = read
      .rotate()
      .resize({ width: MAX_SIDE_PIXELS, height: MAX_SIDE_PIXELS, fit: 'inside', withoutEnlargement: true });
    const bytes = await (hasAlpha ? resized.png() : resized.jpeg({ quality: 88 })).toBuffer();
    return `data:image/${hasAlpha ? 'png' : 'jpeg'};base64,${bytes.toString('base64')}`;
  } catch (cause) {
    throw new AppError(
      'invalid_image',
      'The file is not an image that can be read: use JPEG, PNG, WebP, GIF, TIFF or AVIF, at most 100 megapixels.',
      { param: 'image', cause },
    );
  }
}
