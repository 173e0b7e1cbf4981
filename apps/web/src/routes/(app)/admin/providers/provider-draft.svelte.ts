import type { TestResult } from '@aigc/shared/schemas/connection-test';
import type { Provider, ProviderDialect } from '@aigc/shared/schemas/providers';
import { ConnectionTest } from '#lib/connection-test/connection-test.svelte.ts';
import { trpc } from '#lib/trpc.ts';
import {
  chooseDialect,
  createInput,
  dialectOf,
  initialFields,
  needsKey,
  needsKeyAgain,
  resolvedAddress,
  testedConnection,
  testInput,
  updateInput,
  type ProviderFields,
  type ProviderSubject,
} from './provider-input.ts';

/** A provider while it is connected or changed: its fields, and the test of what they hold. */
export class ProviderDraft {
  readonly subject: ProviderSubject;
  readonly fields: ProviderFields;
  readonly test = new ConnectionTest();
  readonly #initial: string;
  #tested = $state<string>();

  constructor(subject: ProviderSubject, takenTitles: ReadonlySet<string>) {
    this.subject = subject;
    const fields = $state(initialFields(subject, takenTitles));
    this.fields = fields;
    this.#initial = JSON.stringify(fields);
  }

  get isDirty(): boolean {
    return JSON.stringify(this.fields) !== this.#initial;
  }

  /** What the address speaks; undefined: a plug-in that is not loaded. */
  get dialect(): ProviderDialect | undefined {
    return dialectOf(this.subject, this.fields.dialect);
  }

  /** Only an address of one's own can speak anything. */
  get mayChooseDialect(): boolean {
    const { saved, preset, dialect } = this.subject;
    return !saved && !preset && !dialect;
  }

  chooseDialect(id: string): void {
    chooseDialect(this.fields, this.subject, id);
  }

  get resolved() {
    return resolvedAddress(this.fields);
  }

  get needsKeyAgain(): boolean {
    return needsKeyAgain(this.fields, this.subject.saved);
  }

  get needsKey(): boolean {
    return needsKey(this.fields, this.subject);
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
    const input = testInput(this.fields, this.subject);
    this.#tested = testedConnection(this.fields);
    const { resolved } = this;
    await this.test.run((signal) => trpc().adminProviders.test.mutate(input, { signal }), {
      tls: resolved.ok && resolved.url.startsWith('https:'),
    });
  }

  async save(): Promise<Provider> {
    this.test.stop();
    const { adminProviders } = trpc();
    const { saved } = this.subject;
    return saved
      ? adminProviders.update.mutate(updateInput(this.fields, { ...this.subject, saved }))
      : adminProviders.create.mutate(createInput(this.fields, this.subject));
  }
}
