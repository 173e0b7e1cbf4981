import type { TestResult } from '@aigc/shared/schemas/connection-test';
import type { LocalModel } from '@aigc/shared/schemas/models';
import { ConnectionTest } from '#lib/connection-test/connection-test.svelte.ts';
import { trpc } from '#lib/trpc.ts';
import {
  createInput,
  initialFields,
  needsKeyAgain,
  resolvedAddress,
  testedConnection,
  testInput,
  updateInput,
  type LocalModelFields,
} from './local-model-input.ts';

/** A local model while it is entered or changed: its fields, and the test of what they hold. */
export class LocalModelDraft {
  /** Undefined: a new one. */
  readonly saved: LocalModel | undefined;
  readonly fields: LocalModelFields;
  readonly test = new ConnectionTest();
  readonly #initial: string;
  #tested = $state<string>();

  constructor(saved: LocalModel | undefined) {
    this.saved = saved;
    const fields = $state(initialFields(saved));
    this.fields = fields;
    this.#initial = JSON.stringify(fields);
  }

  get isDirty(): boolean {
    return JSON.stringify(this.fields) !== this.#initial;
  }

  get resolved() {
    return resolvedAddress(this.fields);
  }

  get needsKeyAgain(): boolean {
    return needsKeyAgain(this.fields, this.saved);
  }

  /** What is shown of the test was found with other values than the fields hold now. */
  get isTestStale(): boolean {
    return this.#tested !== undefined && this.#tested !== testedConnection(this.fields);
  }

  /** The test's result while it still speaks of what the fields hold. */
  get currentResult(): TestResult | undefined {
    return this.isTestStale ? undefined : this.test.result;
  }

  async runTest(): Promise<void> {
    const input = testInput(this.fields, this.saved);
    this.#tested = testedConnection(this.fields);
    const { resolved } = this;
    await this.test.run((signal) => trpc().localModels.test.mutate(input, { signal }), {
      tls: resolved.ok && resolved.url.startsWith('https:'),
    });
  }

  async save(): Promise<LocalModel> {
    this.test.stop();
    const { localModels } = trpc();
    return this.saved
      ? localModels.update.mutate(updateInput(this.fields, this.saved.id))
      : localModels.create.mutate(createInput(this.fields, this.currentResult));
  }
}
