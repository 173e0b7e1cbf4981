import { tick } from 'svelte';
import { createAttachmentKey } from 'svelte/attachments';
import { SvelteSet } from 'svelte/reactivity';
import type { EditConflict } from '@aigc/shared/errors';
import type { z } from 'zod';
import { describeError, type Failure } from './errors.ts';
import { useI18n, type I18n } from './i18n/i18n.svelte.ts';
import { UnsavedChanges } from './unsaved-changes.svelte.ts';

/** Sentences by the names that fields have on the wire, e.g. `base_url` or `upstreams.0.weight`. */
export type FieldErrors = Record<string, string>;

export interface FormOptions<Values extends object, Input> {
  /** What the fields hold, as typed, when the form is opened. */
  values: () => Values;
  /** What is sent of it. A number that cannot be read becomes NaN, which the schema refuses. */
  input: (values: Values) => Input;
  /**
   * The shared schema of what is sent: it checks while one types, and the API checks with the same one. Fetched when
   * one begins to fill in the form, because zod would weigh on the page's first load.
   */
  schema?: () => Promise<z.ZodType<unknown, Input>>;
  /** What the schema cannot see. */
  check?: (values: Values) => FieldErrors;
  /** Sends it. Its failure stands in the form afterwards. */
  save: (input: Input) => Promise<unknown>;
  /** While true, what was typed is not lost without a question. Left out: never. */
  isGuarded?: () => boolean;
  /** The fields of what is saved now, from the answer to a save that came too late; see `start`. */
  theirs?: (current: never) => Values;
}

/** What somebody else saved while the form was open. */
export interface FormConflict<Values> extends Omit<EditConflict, 'current'> {
  theirs: Values;
}

/** What fields need to know of their form. */
export interface FieldFaults {
  error(field: string): string | undefined;
  errorWithin(field: string): string | undefined;
}

/**
 * The state of a form: what its fields hold, what is wrong with them, whether it is being sent, and what failed.
 * `apps/web/README.md` tells how one is made. Fields are known by their `name`, which is their name on the wire.
 */
export class Form<Values extends object = Record<string, never>, Input = unknown> {
  busy = $state(false);
  failure = $state<Failure>();
  values: Values = $state({} as Values);
  /** Somebody else has saved meanwhile: the question what to do is open. */
  conflict = $state.raw<FormConflict<Values>>();
  readonly unsaved: UnsavedChanges;
  readonly #i18n: I18n;
  readonly #options: FormOptions<Values, Input> | undefined;
  readonly #left = new SvelteSet<string>();
  readonly #edited = new Set<string>();
  #initial = $state('');
  #wasSubmitted = $state(false);
  #version: number | undefined;
  /** What was sent when `failure` came: a fault stands only as long as its field holds the same. */
  #sent = $state.raw<unknown>();
  /** Faults that no field shows. */
  #isUnplaced = $state(false);
  #element: HTMLFormElement | undefined;
  /** The schema's part of the check, once it is here. */
  #checkSchema = $state.raw<(input: unknown) => FieldErrors>();
  #loading: Promise<void> | undefined;
  readonly #faults = $derived.by(() => this.#check());

  constructor(i18n: I18n, options?: FormOptions<Values, Input>) {
    this.#i18n = i18n;
    this.#options = options;
    if (options) this.start(options.values());
    this.unsaved = new UnsavedChanges(() => options?.isGuarded?.() === true && !this.busy && this.isDirty);
  }

  /** To be spread on the form element. */
  readonly props = {
    novalidate: true,
    onsubmit: (event: SubmitEvent) => {
      event.preventDefault();
      void this.send();
    },
    [createAttachmentKey()]: (element: HTMLFormElement) => this.#watch(element),
  } as const;

  get isDirty(): boolean {
    return this.#options !== undefined && JSON.stringify(this.values) !== this.#initial;
  }

  /** The sentence for the form as a whole; none when every fault has a field to stand beside. */
  get message(): string | undefined {
    if (!this.failure || this.failure.code === 'edit_conflict') return undefined;
    const beside = Object.values(this.failure.fieldErrors);
    if (beside.length === 0) return this.failure.message;
    return this.#isUnplaced ? beside.join(' ') : undefined;
  }

  /** The sentence for one field: what the server said of what it still holds, else what is seen here. */
  error(field: string): string | undefined {
    const said = this.failure?.fieldErrors[field];
    if (said !== undefined && this.#isAsSent(field)) return said;
    const isShown = this.#wasSubmitted || this.#left.has(field);
    return isShown ? this.#faults[field] : undefined;
  }

  /** The same for a field that holds a list: of the list, or of the first entry at fault. */
  errorWithin(field: string): string | undefined {
    const names = [...Object.keys(this.failure?.fieldErrors ?? {}), ...Object.keys(this.#faults)];
    const inside = names.filter((name) => name.startsWith(`${field}.`));
    // Entries have no fields of their own that could be left.
    return [field, ...inside].map((name) => this.error(name) ?? this.#faultOfLeft(field, name)).find(Boolean);
  }

  /** Opens the form anew: with other values, and the version of what they were read from. */
  start(values: Values, version?: number): void {
    this.values = values;
    this.#initial = JSON.stringify(values);
    this.#version = version;
    // It may be another one now.
    this.#loading = undefined;
    this.#checkSchema = undefined;
    this.clear();
  }

  clear(): void {
    this.failure = undefined;
    this.conflict = undefined;
    this.#wasSubmitted = false;
    this.#isUnplaced = false;
    this.#left.clear();
    this.#edited.clear();
  }

  /** A fault found in the browser, before anything is sent. */
  reject(fieldErrors: FieldErrors): void {
    this.#fail({
      code: 'invalid_field',
      message: this.#i18n.t.errors.codes.invalid_field,
      fieldErrors,
      requestId: undefined,
    });
  }

  /** Whether something can be seen to be wrong without asking the server, but with the fields named. Shows it. */
  isFaultyExcept(others: readonly string[]): boolean {
    this.failure = undefined;
    const faults = Object.keys(this.#faults).filter((name) => !others.includes(name));
    for (const name of faults) this.#left.add(name);
    if (faults.length > 0) void this.#focusFirstError();
    return faults.length > 0;
  }

  /** Checks, and saves. True when it was saved. */
  async send(): Promise<boolean> {
    const options = this.#options;
    if (this.busy || options === undefined) return false;
    this.failure = undefined;
    this.#isUnplaced = false;
    this.busy = true;
    await this.#loadSchema();
    this.busy = false;
    this.#wasSubmitted = true;
    if (Object.keys(this.#faults).length > 0) {
      await this.#focusFirstError();
      return false;
    }
    const typed = JSON.stringify(this.values);
    const input = this.#version === undefined ? this.#input() : { ...this.#input(), version: this.#version };
    const done = await this.submit(() => options.save(input));
    if (done) {
      this.#initial = typed;
      this.#wasSubmitted = false;
      this.#left.clear();
    }
    return done;
  }

  /** Runs the call once at a time. True when it succeeded; otherwise the failure stands in this object. */
  async submit(call: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.failure = undefined;
    this.#isUnplaced = false;
    try {
      await call();
      return true;
    } catch (error) {
      this.#fail(describeError(error, this.#i18n.t));
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** Answer to a conflict: what they saved, instead of what was typed here. */
  takeTheirs(): void {
    if (this.conflict) this.start(this.conflict.theirs, this.conflict.version);
  }

  /** Answer to a conflict: what was typed here, over what they saved. */
  async saveMine(): Promise<boolean> {
    if (!this.conflict) return false;
    this.#version = this.conflict.version;
    this.conflict = undefined;
    return this.send();
  }

  #input(): Input {
    // Callers outside of `send` have checked that there are options.
    return (this.#options as FormOptions<Values, Input>).input($state.snapshot(this.values) as Values);
  }

  #check(): FieldErrors {
    const options = this.#options;
    if (options === undefined) return {};
    return { ...this.#checkSchema?.(this.#input()), ...options.check?.(this.values) };
  }

  /** Without it, as when the server is away, the API's own check has to do. */
  #loadSchema(): Promise<void> {
    const schema = this.#options?.schema;
    if (schema === undefined) return Promise.resolve();
    this.#loading ??= Promise.all([import('./schema-check.ts'), schema()]).then(
      ([{ schemaFaults }, loaded]) => {
        this.#checkSchema = (input) => schemaFaults(loaded, input, this.#i18n.t);
      },
      () => {
        this.#loading = undefined;
      },
    );
    return this.#loading;
  }

  #faultOfLeft(field: string, name: string): string | undefined {
    return this.#left.has(field) ? this.#faults[name] : undefined;
  }

  #isAsSent(field: string): boolean {
    if (this.#options === undefined) return true;
    return JSON.stringify(at(this.#sent, field)) === JSON.stringify(at(this.#input(), field));
  }

  #fail(failure: Failure): void {
    this.failure = failure;
    this.#sent = this.#options === undefined ? undefined : this.#input();
    const { conflict } = failure;
    const theirs = this.#options?.theirs;
    if (failure.code === 'edit_conflict' && conflict && theirs) {
      this.conflict = { ...conflict, theirs: theirs(conflict.current as never) };
      return;
    }
    void this.#focusFirstError();
  }

  async #focusFirstError(): Promise<void> {
    await tick();
    const root: ParentNode = this.#element ?? document;
    const first = root.querySelector<HTMLElement>('[aria-invalid="true"]');
    this.#isUnplaced = first === null;
    first?.focus();
  }

  /** Learns which fields were filled in and left. */
  #watch(element: HTMLFormElement): () => void {
    this.#element = element;
    const nameOf = ({ target }: Event) => (target as Partial<HTMLInputElement> | null)?.name ?? '';
    const onInput = (event: Event) => this.#edited.add(nameOf(event));
    const onLeave = (event: FocusEvent) => {
      const name = nameOf(event);
      const { relatedTarget: next } = event;
      // Sending shows all faults; a sentence that came before would move the button away from under the pointer.
      if (next instanceof HTMLButtonElement && next.type === 'submit' && next.form === element) return;
      // A field may be left because it is being taken away, in the midst of drawing, when nothing may change.
      if (this.#edited.has(name)) queueMicrotask(() => this.#left.add(name));
    };
    const onEnter = () => void this.#loadSchema();
    element.addEventListener('focusin', onEnter);
    element.addEventListener('input', onInput);
    element.addEventListener('focusout', onLeave);
    return () => {
      element.removeEventListener('focusin', onEnter);
      element.removeEventListener('input', onInput);
      element.removeEventListener('focusout', onLeave);
    };
  }
}

/** The member of an input by its path; undefined where there is none. */
function at(input: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => {
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
  }, input);
}

/** Makes a form's state; call it while a component is initialised. */
export function useForm(): Form;
export function useForm<Values extends object, Input>(
  options: FormOptions<Values, Input>,
): Form<Values, Input>;
export function useForm<Values extends object, Input>(
  options?: FormOptions<Values, Input>,
): Form<Values, Input> {
  return new Form(useI18n(), options);
}
