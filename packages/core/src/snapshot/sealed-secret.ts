import type { SecretBinding, Secrets } from '../secrets/secrets.ts';

/** A secret at rest that is opened once, when it is first needed. */
export class SealedSecret {
  readonly #sealed: string | null;
  readonly #binding: () => SecretBinding;
  #opened: string | undefined;

  constructor(sealed: string | null, binding: () => SecretBinding) {
    this.#sealed = sealed;
    this.#binding = binding;
  }

  /** Null: there is none. @throws Error when it cannot be opened: see `Secrets.open` */
  open(secrets: Secrets): string | null {
    if (this.#sealed === null) return null;
    this.#opened ??= secrets.open(this.#sealed, this.#binding());
    return this.#opened;
  }
}
