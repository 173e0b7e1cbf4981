import { UpstreamHealth, type UpstreamName } from './upstream-health.ts';

/** Users' own models are upstreams too, and nobody bounds how many there are. */
const MOST = 10_000;

/** What this process knows of every upstream it has called. Each process has its own. */
export class HealthRegister {
  readonly #byKey = new Map<string, UpstreamHealth>();

  /** Of an upstream that was never called: nothing, which is good. */
  of(key: string, name: UpstreamName): UpstreamHealth {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const made = new UpstreamHealth({ provider: name.provider, upstreamModel: name.upstreamModel });
    if (this.#byKey.size >= MOST) this.#forgetOne();
    this.#byKey.set(key, made);
    return made;
  }

  /** Null: it was never called. */
  find(key: string): UpstreamHealth | null {
    return this.#byKey.get(key) ?? null;
  }

  get entries(): IterableIterator<[string, UpstreamHealth]> {
    return this.#byKey.entries();
  }

  /** The one that came first; what runs there still has it. */
  #forgetOne(): void {
    for (const key of this.#byKey.keys()) {
      this.#byKey.delete(key);
      return;
    }
  }
}
