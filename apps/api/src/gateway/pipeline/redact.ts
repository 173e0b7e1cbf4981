/** Shapes of credentials that upstreams repeat in their error messages. */
const CREDENTIAL = /\b(?:sk|pk|rk|mk|xai|gsk|AIza)[-_A-Za-z0-9]{12,}\b|\bBearer\s+[^\s"',]+/g;

/** An upstream's message without credentials: neither the one we sent nor anything that looks like one. */
export function redactSecrets(message: string, apiKey: string | null): string {
  const without = apiKey === null || apiKey === '' ? message : message.replaceAll(apiKey, '[removed]');
  return without.replace(CREDENTIAL, '[removed]');
}
