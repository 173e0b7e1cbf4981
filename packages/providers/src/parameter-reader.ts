import type { JsonObject, ParameterReport } from './definition.ts';

/** What every mapping carries or the gateway itself looks after: never reported. */
const COMMON: ReadonlySet<string> = new Set(['model', 'messages', 'input', 'stream', 'stream_options']);

/**
 * Reads a request's parameters for a mapping and keeps account of them: what was taken is mapped, what nobody
 * asked for is dropped. A parameter that is null counts as not given.
 */
export class ParameterReader {
  readonly #request: JsonObject;
  readonly #mapped: string[] = [];
  readonly #dropped: string[] = [];
  readonly #seen = new Set<string>();

  constructor(request: JsonObject) {
    this.#request = request;
  }

  /** The parameter's value, reported as mapped if it is given; undefined if it is not. */
  take(name: string): unknown {
    this.#seen.add(name);
    const value = this.#request[name] ?? undefined;
    if (value !== undefined && !this.#mapped.includes(name)) this.#mapped.push(name);
    return value;
  }

  /** A parameter whose given value changes nothing here, such as `n: 1`: not reported at all. */
  ignoreIf(name: string, isWithoutEffect: (value: unknown) => boolean): void {
    const value = this.#request[name] ?? undefined;
    if (value === undefined || isWithoutEffect(value)) this.#seen.add(name);
  }

  /** Something inside another parameter that could not be carried, e.g. `image_url.detail`. */
  drop(name: string): void {
    if (!this.#dropped.includes(name)) this.#dropped.push(name);
  }

  report(): ParameterReport {
    const unknown = Object.keys(this.#request).filter(
      (name) => !COMMON.has(name) && !this.#seen.has(name) && (this.#request[name] ?? null) !== null,
    );
    return { mapped: [...this.#mapped], dropped: [...unknown, ...this.#dropped] };
  }
}
