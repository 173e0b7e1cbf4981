import type { SecretBinding } from '../secrets/secrets.ts';

/** What a user's own key is sealed to: another row, user or server cannot open it. */
export function ownKeyBinding(key: { id: number; userId: string; origin: string }): SecretBinding {
  return {
    table: 'own_provider_keys',
    rowId: key.id,
    column: 'api_key',
    ownerId: key.userId,
    origin: key.origin,
  };
}
