import type { JsonMembers } from './scan-json.ts';
import { spliceBytes } from './splice-bytes.ts';

type Members = Readonly<Record<string, unknown>>;

/**
 * A request in OpenAI's shape: a JSON object, as its caller wrote it, with what the gateway adds. A dialect
 * either sets members, so that all else is forwarded byte for byte, or maps the whole text.
 */
export class RequestDocument {
  readonly #written: Buffer | JsonMembers;
  readonly #additions: Members | null;

  /** `written` must be an object that `JSON.parse` accepts, without a byte order mark, or its scan. */
  constructor(written: Buffer | JsonMembers, additions: Members | null = null) {
    this.#written = written;
    this.#additions = additions;
  }

  /** The whole text, for dialects that map it. */
  get text(): string {
    return Buffer.concat(this.with(null)).toString('utf8');
  }

  /** With these top-level members set, in parts to be sent one after the other. What is large is not copied. */
  with(members: Members | null): readonly Buffer[] {
    if (this.#additions === null) return spliceBytes(this.#written, members ?? {});
    return spliceBytes(this.#written, { ...this.#additions, ...members });
  }
}
