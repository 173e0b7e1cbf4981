import { tick } from 'svelte';
import { describeError, type Failure } from './errors.ts';
import { useI18n, type I18n } from './i18n/i18n.svelte.ts';

/**
 * The state of a form that calls a procedure: whether it runs, what failed, and which fields are at fault. Make one
 * with `useForm()` while the component is initialised, and call `submit` from the form's `onsubmit`.
 */
export class Form {
  busy = $state(false);
  failure = $state<Failure>();
  readonly #i18n: I18n;

  constructor(i18n: I18n) {
    this.#i18n = i18n;
  }

  /** The sentence for the form as a whole; none when every fault has a field to stand beside. */
  get message(): string | undefined {
    if (!this.failure) return undefined;
    return Object.keys(this.failure.fieldErrors).length ? undefined : this.failure.message;
  }

  /** The sentence for one field. */
  error(field: string): string | undefined {
    return this.failure?.fieldErrors[field];
  }

  /** A fault found in the browser, before anything is sent. */
  reject(fieldErrors: Record<string, string>): void {
    this.failure = {
      code: 'invalid_field',
      message: this.#i18n.t.errors.codes.invalid_field,
      fieldErrors,
      requestId: undefined,
    };
    void focusFirstError();
  }

  clear(): void {
    this.failure = undefined;
  }

  /** Runs the call once at a time. True when it succeeded; otherwise the failure stands in this object. */
  async submit(call: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    try {
      await call();
      return true;
    } catch (error) {
      this.failure = describeError(error, this.#i18n.t);
      void focusFirstError();
      return false;
    } finally {
      this.busy = false;
    }
  }
}

async function focusFirstError(): Promise<void> {
  await tick();
  document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

export function useForm(): Form {
  return new Form(useI18n());
}
