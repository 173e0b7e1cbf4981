import { sign } from 'node:crypto';
import type { AccessToken, AccessTokenSource } from '../../definition.ts';
import { objectOf, stringOf } from '../../json-values.ts';
import { CredentialError } from '../../mapping-errors.ts';
import { readServiceAccount } from './service-account.ts';

/**
 * Where tokens are got, whatever a file says: its `token_uri` could name any server, which would then hold a
 * signed assertion. https://developers.google.com/identity/protocols/oauth2/service-account#httprest
 */
export const TOKEN_ADDRESS = 'https://oauth2.googleapis.com/token';
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** The longest that Google accepts. */
const ASSERTION_SECONDS = 3600;
const DEFAULT_TOKEN_SECONDS = 3600;

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Says which part of the file a refusal is about, as far as Google tells. */
function refusal(said: {
  error: string | null;
  description: string | null;
  status: number;
}): CredentialError {
  const { error, description, status } = said;
  const words = description ?? error ?? `status ${status}`;
  const mend = 'Paste a new key of the service account in the settings of the provider.';
  if (/signature/i.test(words)) {
    return new CredentialError(
      `Google refused private_key of the service account: the key is deleted or not its own. ${mend}`,
    );
  }
  if (/account not found|invalid email|invalid_client/i.test(words)) {
    return new CredentialError(
      `Google knows no service account by client_email: it is deleted or misspelt. ${mend}`,
    );
  }
  if (/disabled/i.test(words)) {
    return new CredentialError('The service account is disabled. Enable it in Google Cloud.');
  }
  if (/reasonable timeframe|short-lived|iat|exp\b/i.test(words)) {
    return new CredentialError(
      "Google refused the time of the request for a token. Set this server's clock.",
    );
  }
  return new CredentialError(`Google gave no access token (${words.slice(0, 200)}). ${mend}`);
}

/** Tokens for a service account: an assertion signed with its key, exchanged at Google's token address. */
export const serviceAccountToken: AccessTokenSource = {
  request(secret, nowMs) {
    const { clientEmail, privateKeyId, privateKey } = readServiceAccount(secret);
    const issuedAt = Math.floor(nowMs / 1000);
    const header = { alg: 'RS256', typ: 'JWT', ...(privateKeyId === null ? {} : { kid: privateKeyId }) };
    const claims = {
      iss: clientEmail,
      scope: SCOPE,
      aud: TOKEN_ADDRESS,
      iat: issuedAt,
      exp: issuedAt + ASSERTION_SECONDS,
    };
    const unsigned = `${encode(header)}.${encode(claims)}`;
    const signature = sign('RSA-SHA256', Buffer.from(unsigned), privateKey).toString('base64url');
    return {
      url: TOKEN_ADDRESS,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({ grant_type: GRANT, assertion: `${unsigned}.${signature}` }).toString(),
    };
  },

  read({ status, body }, nowMs): AccessToken {
    const answer = objectOf(body);
    const token = stringOf(answer.access_token);
    if (status === 200 && token !== null && /^[\x21-\x7e]+$/.test(token)) {
      const seconds = typeof answer.expires_in === 'number' ? answer.expires_in : DEFAULT_TOKEN_SECONDS;
      return { token, expiresAtMs: nowMs + seconds * 1000 };
    }
    throw refusal({
      status,
      error: stringOf(answer.error),
      description: stringOf(answer.error_description),
    });
  },
};
