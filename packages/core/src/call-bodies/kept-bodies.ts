import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { SecretBinding, Secrets } from '../secrets/secrets.ts';

/** One body as it is kept. */
export interface KeptBody {
  contentType: string;
  /** What was kept of it: encoded images and sounds are left out, and the end of a long one. */
  text: string;
  /** Of the whole body, as it travelled. */
  bytes: number;
  /** Its end is missing. */
  isTruncated: boolean;
}

/** What one call asked and was answered. */
export interface KeptBodies {
  request: KeptBody;
  /** Null: nothing was sent. */
  answer: KeptBody | null;
}

/** Whose bodies they are; sealed to it, so that they open nowhere else. */
export interface BodiesOwner {
  requestId: string;
  userId: string;
}

const compress = promisify(deflateRaw);
const decompress = promisify(inflateRaw);

/** Two bodies at the most that a setting allows, as JSON with every character escaped. */
const MAX_OPENED_BYTES = 16 * 1024 * 1024;

function bindingOf({ requestId, userId }: BodiesOwner): SecretBinding {
  return { table: 'call_bodies', rowId: requestId, column: 'sealed', ownerId: userId, origin: '' };
}

/** Compresses, away from the event loop, and seals: sealed text can be compressed by nobody any more. */
export async function sealBodies(secrets: Secrets, owner: BodiesOwner, bodies: KeptBodies): Promise<string> {
  const compressed = await compress(Buffer.from(JSON.stringify(bodies)));
  return secrets.seal(compressed.toString('base64'), bindingOf(owner));
}

/** @throws Error if it was sealed to another call, or its key-encryption key is missing */
export async function openBodies(secrets: Secrets, owner: BodiesOwner, sealed: string): Promise<KeptBodies> {
  const compressed = Buffer.from(secrets.open(sealed, bindingOf(owner)), 'base64');
  const json = await decompress(compressed, { maxOutputLength: MAX_OPENED_BYTES });
  // Nobody else can have sealed it.
  return JSON.parse(json.toString('utf8')) as KeptBodies;
}
