import type { SecretBinding } from '../secrets/secrets.ts';

/** `scheme://host:port` that a key may be sent to. The address was checked before it was saved. */
export function originOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

/** What the key of a local model is sealed to: another row, owner or server cannot open it. */
export function localKeyBinding(model: { id: number; userId: string; baseUrl: string }): SecretBinding {
  return {
    table: 'models',
    rowId: model.id,
    column: 'local_api_key',
    ownerId: model.userId,
    origin: originOf(model.baseUrl),
  };
}

/** What the key of a provider is sealed to. */
export function providerKeyBinding(provider: { id: number; baseUrl: string }): SecretBinding {
  return {
    table: 'providers',
    rowId: provider.id,
    column: 'api_key',
    ownerId: null,
    origin: originOf(provider.baseUrl),
  };
}
