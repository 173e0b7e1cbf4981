/** Where a secret belongs. All of it is bound into the ciphertext, so that a secret copied elsewhere cannot be opened. */
export interface SecretBinding {
  table: 'models' | 'providers' | 'own_provider_keys' | 'idempotency_claims' | 'call_bodies';
  rowId: number | string;
  column: string;
  /** The owner's id; null for the platform's own. */
  ownerId: string | null;
  /** `scheme://host:port` the secret may be sent to; empty for what is sent nowhere. */
  origin: string;
}

/** A key's hash and the pepper it was made with. */
export interface KeyHash {
  hash: string;
  pepperId: number;
}

/** Encryption at rest and key hashing. Built by `createSecrets` from the key-encryption keys. */
export interface Secrets {
  /** Encrypts with AES-256-GCM under a data key of its own, wrapped by the newest key-encryption key. */
  seal(plaintext: string, binding: SecretBinding): string;
  /** Decrypts. Throws when the binding differs, the text was changed, or its key-encryption key is not configured. */
  open(sealed: string, binding: SecretBinding): string;
  /** Hash of a platform key under the newest pepper, for storing. */
  hashKey(key: string): KeyHash;
  /** Hashes under every pepper known, newest first, for looking a key up. */
  keyHashes(key: string): KeyHash[];
}
