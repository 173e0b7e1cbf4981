import type { TestResult } from '@aigc/shared/schemas/connection-test';
import { ConnectionTest, type TestCall } from './connection-test.svelte.ts';

/** The test of what the fields of a form hold, which says nothing any more once they hold something else. */
export class TestOfFields {
  readonly test = new ConnectionTest();
  readonly #connection: () => string;
  #tested = $state<string>();

  /** `connection` names everything that the test speaks to, as one text. */
  constructor(connection: () => string) {
    this.#connection = connection;
  }

  get isStale(): boolean {
    return this.#tested !== undefined && this.#tested !== this.#connection();
  }

  /** The test's result while it still speaks of what the fields hold. */
  get result(): TestResult | undefined {
    return this.isStale ? undefined : this.test.result;
  }

  /** What the fields hold was tested, and cannot be called. */
  get hasFailed(): boolean {
    return this.result?.ok === false || (this.test.failure !== undefined && !this.isStale);
  }

  async run(call: TestCall, address: { ok: true; url: string } | { ok: false }): Promise<void> {
    this.#tested = this.#connection();
    await this.test.run(call, { tls: address.ok && address.url.startsWith('https:') });
  }

  /** For another form, or none. */
  reset(): void {
    this.test.stop();
    this.test.reset();
    this.#tested = undefined;
  }
}
