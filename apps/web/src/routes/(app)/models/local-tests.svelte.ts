import type { LocalModel } from '@aigc/shared/schemas/models';
import { invalidate } from '$app/navigation';
import { ConnectionTest } from '#lib/connection-test/connection-test.svelte.ts';
import { trpc } from '#lib/trpc.ts';

/** The tests of saved local models, one per model, so that card and details show the same one. */
export class LocalTests {
  readonly #tests = new Map<number, ConnectionTest>();

  of(id: number): ConnectionTest {
    let test = this.#tests.get(id);
    if (!test) {
      test = new ConnectionTest();
      this.#tests.set(id, test);
    }
    return test;
  }

  /** Tests a saved model and then shows what the server has kept of the test. */
  async run(model: LocalModel): Promise<void> {
    const options = { tls: model.resolved_url.startsWith('https:') };
    await this.of(model.id).run(
      (signal) => trpc().localModels.test.mutate({ id: model.id }, { signal }),
      options,
    );
    await invalidate('app:models');
  }

  /** Ends every running test, when the page is left. */
  stop(): void {
    for (const test of this.#tests.values()) test.stop();
  }
}
