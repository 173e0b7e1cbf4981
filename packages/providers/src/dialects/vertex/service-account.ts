import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { JsonObject } from '../../definition.ts';
import { isObject, parseJson, stringOf } from '../../json-values.ts';
import { CredentialError } from '../../mapping-errors.ts';

/** What of a service account's JSON file is used. */
export interface ServiceAccount {
  projectId: string | null;
  clientEmail: string;
  privateKeyId: string | null;
  privateKey: KeyObject;
}

const WHERE =
  'Create a key of the type JSON for the service account in Google Cloud, and paste the whole file.';

/** Reads the content of a service account's JSON file. @throws CredentialError naming the member at fault */
export function readServiceAccount(text: string): ServiceAccount {
  const file = parseJson(text.trim());
  if (!isObject(file)) {
    throw new CredentialError(`The service account is not JSON. ${WHERE}`);
  }
  const { type } = file;
  if (type !== 'service_account') {
    const found = typeof type === 'string' ? `"${type.slice(0, 50)}"` : 'missing';
    throw new CredentialError(
      `The type in the service account's JSON is ${found}, not "service_account". ${WHERE}`,
    );
  }
  const universe = stringOf(file.universe_domain);
  if (universe !== null && universe !== 'googleapis.com') {
    throw new CredentialError("The universe_domain in the service account's JSON must be googleapis.com.");
  }
  return {
    projectId: stringOf(file.project_id),
    clientEmail: member(file, 'client_email'),
    privateKeyId: stringOf(file.private_key_id),
    privateKey: privateKeyOf(member(file, 'private_key')),
  };
}

function member(file: JsonObject, name: string): string {
  const value = stringOf(file[name]);
  if (value !== null && value.trim() !== '') return value;
  throw new CredentialError(`The service account's JSON has no ${name}. ${WHERE}`);
}

function privateKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    // Line ends that were escaped twice on the way are the usual damage.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new CredentialError(`The private_key in the service account's JSON is damaged. ${WHERE}`);
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new CredentialError(`The private_key in the service account's JSON is not an RSA key. ${WHERE}`);
}
