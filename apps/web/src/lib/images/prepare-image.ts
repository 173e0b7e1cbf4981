export { maxFileBytes } from './image-limits.ts';

/** Longest side of what is sent, in pixels: models look at no more than this. */
const maxSide = 2_048;
/** A lossless copy is kept up to this size, in characters of its data URL: text in screenshots stays sharp. */
const maxLosslessLength = 2_000_000;
const jpegQuality = 0.85;

/** An image as it is sent: shrunk, as a data URL. */
export interface PreparedImage {
  name: string;
  url: string;
  width: number;
  height: number;
}

/** The file is no image that the browser can read. */
export class UnreadableImage extends Error {
  override readonly name = 'UnreadableImage';
}

/**
 * Reads an image, turns it upright, shrinks it to at most 2048 pixels a side and encodes it anew, which also leaves
 * behind where and with what it was taken. @throws UnreadableImage
 */
export async function prepareImage(file: Blob, name: string): Promise<PreparedImage> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new UnreadableImage(name);
  });
  try {
    const scale = Math.min(1, maxSide / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    if (!context) throw new UnreadableImage(name);
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
    return { name, url: encode(canvas, file.type), width, height };
  } finally {
    bitmap.close();
  }
}

function encode(canvas: HTMLCanvasElement, type: string): string {
  if (type !== 'image/jpeg') {
    const lossless = canvas.toDataURL('image/png');
    if (lossless.length <= maxLosslessLength) return lossless;
    // JPEG knows no transparency: what shines through becomes white, not black.
    const context = canvas.getContext('2d');
    if (context) {
      context.globalCompositeOperation = 'destination-over';
      context.fillStyle = '#fff';
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
  }
  return canvas.toDataURL('image/jpeg', jpegQuality);
}
