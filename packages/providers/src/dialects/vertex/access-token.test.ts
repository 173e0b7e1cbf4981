import { createVerify, generateKeyPairSync } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { CredentialError } from '../../mapping-errors.ts';
import { serviceAccountToken } from './access-token.ts';
import { hostOf, publisherModel } from './address.ts';
import { readServiceAccount } from './service-account.ts';

let pem: string;
let publicKey: string;
const now = Date.UTC(2026, 10, 2, 8);

beforeAll(() => {
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  pem = pair.privateKey;
  publicKey = pair.publicKey;
});

const file = (members: object = {}) =>
  JSON.stringify({
    type: 'service_account',
    project_id: 'my-project',
    private_key_id: 'key-1',
    private_key: pem,
    client_email: 'gateway@my-project.iam.gserviceaccount.com',
    token_uri: 'https://tokens.attacker.example/token',
    ...members,
  });

test('a token is asked for at the pinned address, whatever the file names, with an assertion that its key signed', () => {
  const { url, body } = serviceAccountToken.request(file(), now);
  expect(url).toBe('https://oauth2.googleapis.com/token');
  const form = new URLSearchParams(body);
  expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [header = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
  expect(read(claims)).toEqual({
    iss: 'gateway@my-project.iam.gserviceaccount.com',
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    aud: 'https://oauth2.googleapis.com/token',
    iat: now / 1000,
    exp: now / 1000 + 3600,
  });
  const verify = createVerify('RSA-SHA256').update(`${header}.${claims}`);
  expect(verify.verify(publicKey, signature, 'base64url')).toBe(true);
});

test('a token is kept until it ends', () => {
  const body = { access_token: 'ya29.token', expires_in: 3599, token_type: 'Bearer' };
  expect(serviceAccountToken.read({ status: 200, body }, now)).toEqual({
    token: 'ya29.token',
    expiresAtMs: now + 3_599_000,
  });
});

test.each([
  [{ error: 'invalid_grant', error_description: 'Invalid JWT Signature.' }, /private_key/],
  [{ error: 'invalid_grant', error_description: 'Invalid grant: account not found' }, /client_email/],
  [
    {
      error: 'invalid_grant',
      error_description: 'Invalid JWT: Token must be a short-lived token (60 minutes)',
    },
    /clock/,
  ],
  [{ error: 'unauthorized_client', error_description: 'The account is disabled.' }, /disabled/],
  [{ error: 'odd' }, /odd/],
])('a refused token names what to mend: %o', (body, named) => {
  expect(() => serviceAccountToken.read({ status: 400, body }, now)).toThrow(named);
});

test.each<[string, () => string, RegExp]>([
  ['a key instead of a file', () => 'AIzaSyExample', /not JSON/],
  [
    'the file of another kind of account',
    () => file({ type: 'authorized_user' }),
    /type .*"authorized_user"/,
  ],
  ['a file without its e-mail', () => file({ client_email: undefined }), /client_email/],
  ['a file without its key', () => file({ private_key: '' }), /private_key/],
  ['a damaged key', () => file({ private_key: pem.replace(/[A-Z]/, '!') }), /private_key .* damaged/],
  ['a file of another cloud', () => file({ universe_domain: 'cloud.example' }), /universe_domain/],
])('%s is refused by the name of the member at fault', (_what, text, named) => {
  expect(() => readServiceAccount(text())).toThrow(CredentialError);
  expect(() => readServiceAccount(text())).toThrow(named);
});

test('line ends of a key that were escaped twice do no harm', () => {
  const escaped = file({ private_key: pem.replaceAll('\n', '\\n') });
  expect(readServiceAccount(escaped).clientEmail).toBe('gateway@my-project.iam.gserviceaccount.com');
});

test.each([
  ['global', 'aiplatform.googleapis.com'],
  ['us', 'aiplatform.us.rep.googleapis.com'],
  ['eu', 'aiplatform.eu.rep.googleapis.com'],
  ['europe-west4', 'europe-west4-aiplatform.googleapis.com'],
])('the location %s is served by %s', (location, host) => expect(hostOf(location)).toBe(host));

test.each([
  ['gemini-2.5-flash', 'google', 'gemini-2.5-flash'],
  ['claude-opus-4-1@20250805', 'anthropic', 'claude-opus-4-1@20250805'],
  ['publishers/anthropic/models/claude-x', 'anthropic', 'claude-x'],
  ['models/gemini-2.5-pro', 'google', 'gemini-2.5-pro'],
  ['meta/llama-4', 'meta', 'llama-4'],
])('%s is a model of %s', (name, publisher, id) => expect(publisherModel(name)).toEqual({ publisher, id }));
