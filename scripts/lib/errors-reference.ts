import { AppError, ERROR_CATALOGUE, isRetryable, type ErrorCode } from '../../packages/shared/src/errors.ts';

/** When a code is answered and what mends it. Null: the catalogue has it, and nothing in this version answers it. */
export const ERROR_MEANINGS: Record<ErrorCode, string | null> = {
  invalid_json: 'The body is not a JSON object in UTF-8. The message names the position where it is known.',
  missing_field:
    'A required field is missing; `param` names it. Also: no `model`, and no active model is set.',
  invalid_field: 'A field has the wrong type or value; `param` names it.',
  body_too_deep: 'The JSON is nested deeper than 100 levels.',
  context_length_exceeded: null,
  unsupported_parameter:
    'The caller is strict (`x-aigc-strict: true`, or a setting of the key), and the model’s upstream cannot be told the parameter that `param` names.',
  endpoint_not_supported: 'The model exists, but cannot be called at this endpoint; `param` names the model.',
  invalid_image: 'The file is not an image that can be read, or it is an address: addresses are not fetched.',
  image_too_large: 'The image is larger than 20 MiB.',
  conflicting_credentials:
    '`Authorization` and `x-api-key` hold two different keys of this platform. Send one.',
  address_forbidden:
    'An upstream address that is not public was given. An administrator can allow it in the settings.',
  method_not_allowed: 'The path exists, but not with this method; the `allow` header names those that do.',
  body_too_large: 'The body is larger than the endpoint takes. The message names the limit.',
  unsupported_media_type: 'The body is not of the content type that the endpoint reads, or it is compressed.',
  invalid_api_key: 'No key was sent, or it is malformed, unknown or deleted.',
  unauthenticated: 'The panel’s data needs a session or a management key.',
  invalid_credentials: 'The e-mail address or the password is wrong.',
  insufficient_quota:
    'The balance, or the key’s budget, does not cover what the call can cost. Top up, or lower `max_tokens`. Nothing was charged.',
  forbidden: 'The caller is known and may not do this.',
  origin_not_allowed:
    'A change came from a page of another site, or the host name is not this installation’s: set `PUBLIC_URL`.',
  registration_closed: 'Nobody may register; an administrator creates accounts.',
  setup_token_invalid: 'The set-up link is not the one that the last start printed.',
  key_disabled: 'The key was disabled in the panel.',
  key_expired:
    'The key’s expiry has passed, or the grace of its rotation. Renew it in the panel, or use the new key.',
  key_kind_not_allowed: 'A management key cannot call models, and a model key cannot call the panel’s data.',
  user_deactivated: 'The account, or the owner of the key, is deactivated.',
  ip_not_allowed: 'The key is bound to addresses, and this caller’s is not among them.',
  model_not_allowed: 'The key is bound to models, and this one is not among them.',
  model_api_disabled: 'The model is not enabled for API calls.',
  model_not_priced: 'The model lacks a price, so it cannot be billed. Zero is a price.',
  not_found: 'There is nothing at this path, or no such row that the caller may see.',
  model_not_found:
    'No model of this name is visible to the caller. Another user’s local model is not either.',
  conflict: 'A name is taken, or a limit of rows is reached; `param` names the field.',
  edit_conflict:
    'Somebody else has changed what the request’s `version` (or `If-Match`) was read from. Read it again.',
  already_set_up: 'Set-up has been done. Sign in.',
  redeem_code_unknown: 'There is no redeem code with these characters, or it was deleted.',
  redeem_code_used: 'The redeem code has been redeemed. Each adds to one balance, once.',
  redeem_code_expired: 'The redeem code was not redeemed in time.',
  redeem_code_disabled: 'An administrator has disabled the redeem code.',
  rate_limit_exceeded:
    'The upstream, or a limit of this platform, asks to wait: `retry-after` says how long.',
  server_error: 'A fault of the server. Its log has the details under the request id.',
  upstream_unreachable: 'The upstream’s address cannot be resolved or connected to, or may not be called.',
  upstream_bad_response: 'The upstream failed, or answered something that is no answer.',
  upstream_auth_failed:
    'The upstream refused the key stored for it. An administrator enters another one; with 401, 402 or 403 it is the caller’s own key, or that of their local model.',
  upstream_rejected:
    'The upstream refused the request. Its own status, type, code and message are passed on.',
  plugin_failed:
    'The plug-in that the model’s provider needs is not loaded, or failed. The panel’s list of plug-ins says why.',
  service_unavailable: 'The database is away, the process is stopping, or the upstream is overloaded.',
  upstream_timeout: 'The upstream did not connect, answer or go on in time.',
  client_closed: 'Logged only: the client left before the end of its answer.',
  interrupted: 'Logged only: the server stopped while the call was running. Nothing was billed.',
};

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

/** `docs/reference/errors.md` in full. */
export function errorsReference(): string {
  const rows = CODES.filter((code) => ERROR_MEANINGS[code] !== null)
    .toSorted((a, b) => ERROR_CATALOGUE[a].status - ERROR_CATALOGUE[b].status)
    .map((code) => {
      const { status, type } = ERROR_CATALOGUE[code];
      const again = isRetryable(new AppError(code, '')) ? 'yes' : 'no';
      return `| ${status} | \`${code}\` | \`${type}\` | ${again} | ${ERROR_MEANINGS[code]} |`;
    });
  const reserved = CODES.filter((code) => ERROR_MEANINGS[code] === null).map((code) => `\`${code}\``);
  return `<!-- Written by scripts/write-reference.mjs from packages/shared/src/errors.ts. Do not edit. -->

# Errors

Every failure has one code of this catalogue. The OpenAI-compatible API and the REST paths answer it in OpenAI's
envelope:

\`\`\`json
{
  "error": {
    "message": "The balance does not cover what this call can cost: …",
    "type": "insufficient_quota",
    "param": null,
    "code": "insufficient_quota"
  }
}
\`\`\`

Anthropic's endpoints answer in Anthropic's envelope, which has a type for each status and no code: see
[Anthropic's clients](../guides/anthropic-clients.md#errors).

tRPC carries the same code as \`data.appCode\`, with \`data.fieldErrors\` (field to message), \`data.param\` and
\`data.requestId\`. The request id is also in the headers \`x-request-id\` and \`request-id\` of every answer.

Messages are in English and may change; codes do not. A message never holds a secret or a stack. The panel has its own
words for each code in both languages.

"Retry" says whether the same request can succeed later. Answers with 409, 429 and 5xx that cannot carry
\`x-should-retry: false\`, because SDKs retry them by themselves.

| status | code | type | retry | meaning |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

An upstream's own 4xx (\`upstream_rejected\`, \`rate_limit_exceeded\`) keeps the upstream's status. Its 401, 402 and 403,
and a 400 by which it refuses the key or the account behind it, concern the stored credential and become
\`upstream_auth_failed\`; the owner of a local model sees the original status.

In a stream that has begun, the failure comes as an event named \`error\` and no \`[DONE]\` follows: see
[the API reference](api.md#streaming).

The catalogue also holds ${reserved.join(', ')}, which nothing answers in this version. The panel has words for them, and
an upstream may use such a code as its own.
`;
}
