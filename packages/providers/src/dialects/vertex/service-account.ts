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

/** Reads the content of a service account's JSON file. @throws CredentialError naming the member at fault */
export function readServiceAccount(text: string): ServiceAccount {
  const file = parseJson(text.trim());
  if (!isObject(file)) {
    throw new CredentialError({ code: 'account_not_json', params: {} });
  }
  const { type } = file;
  if (type !== 'service_account') {
    const found = typeof type === 'string' ? type.slice(0, 50) : '';
    throw new CredentialError({ code: 'account_wrong_type', params: { found } });
  }
  const universe = stringOf(file.universe_domain);
  if (universe !== null && universe !== 'googleapis.com') {
    throw new CredentialError({ code: 'account_universe', params: {} });
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
  throw new CredentialError({ code: 'account_lacks', params: { name } });
}

function privateKeyOf(pem: string): KeyObject {
  let key: KeyObject;
  try {
    // Line ends that were escaped twice on the way are the usual damage.
    key = createPrivateKey(pem.replaceAll('\\n', '\n'));
  } catch {
    throw new CredentialError({ code: 'account_key_damaged', params: {} });
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw new CredentialError({ code: 'account_key_not_rsa', params: {} });
}
