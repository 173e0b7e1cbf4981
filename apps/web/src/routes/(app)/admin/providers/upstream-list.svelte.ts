import type { TestResult } from '@aigc/shared/schemas/connection-test';
import { ConnectionTest } from '#lib/connection-test/connection-test.svelte.ts';
import { trpc } from '#lib/trpc.ts';

/** The models that a saved provider announces: found by its connection test, which lists them on the way. */
export class UpstreamList {
  readonly test = new ConnectionTest();
  #of = $state<string>();

  /** Ids, as far as they are of this provider. */
  models(providerId: string): readonly string[] {
    return this.#of === providerId ? (this.test.result?.models ?? []) : [];
  }

  /** The test's result, as far as it is this provider's. */
  result(providerId: string): TestResult | undefined {
    return this.#of === providerId ? this.test.result : undefined;
  }

  async load(provider: { id: number; base_url: string }): Promise<void> {
    this.#of = String(provider.id);
    await this.test.run((signal) => trpc().adminProviders.test.mutate({ id: provider.id }, { signal }), {
      tls: provider.base_url.startsWith('https:'),
    });
  }
}
