import type { ConversationStore, ConversationSummary } from './conversation-store.ts';
import type { Desk } from './desk.svelte.ts';
import { withNote, type StoredConversation } from './stored-conversation.ts';
import { readNote, writeNote } from './tab-note.ts';
import { newId } from './turn.ts';

const delayMs = 400;
/** While an answer comes in there is always something new. */
const answeringDelayMs = 2_000;

/** Keeps what stands on the desk in this browser, a little behind what happens there. */
export class ConversationKeeper {
  /** `full`: the browser gives no more room. `unavailable`: it keeps nothing at all, or only until the tab is closed. */
  trouble = $state<'full' | 'unavailable'>();
  /** Another tab went on with this conversation, so that this tab's became a copy. */
  isCopy = $state(false);
  readonly #desk: Desk;
  readonly #viewerId: string;
  readonly #models: () => (string | undefined)[];
  #store: ConversationStore | undefined;
  #revision = 0;
  #isDirty = false;
  /** How the desk stood when it was last stored, or when a change of it was heard of. */
  #stored = '';
  /** What `open` handed out was a note, and is not stored yet. */
  #isNote = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | undefined;

  constructor(desk: Desk, viewerId: string, models: () => (string | undefined)[]) {
    this.#desk = desk;
    this.#viewerId = viewerId;
    this.#models = models;
  }

  /** What this tab showed last; undefined: nothing. */
  async open(): Promise<StoredConversation | undefined> {
    const note = readNote(this.#viewerId);
    try {
      const { ConversationStore: Store } = await import('./conversation-store.ts');
      this.#store = await Store.open(this.#viewerId);
      const stored = note ? await this.#store.load(note.id) : undefined;
      return this.#opened(stored, note?.unstored);
    } catch {
      this.trouble = 'unavailable';
      return this.#opened(undefined, note?.unstored);
    }
  }

  #opened(
    stored: StoredConversation | undefined,
    unstored: StoredConversation | undefined,
  ): StoredConversation | undefined {
    const isNewer = unstored && (!stored || unstored.updatedAt > stored.updatedAt);
    if (!isNewer) return stored;
    const whole = withNote(stored, unstored);
    this.#isNote = true;
    const isForked = stored !== undefined && stored.revision !== unstored.revision;
    this.isCopy = isForked;
    return isForked ? { ...whole, id: newId(), revision: 0 } : { ...whole, revision: stored?.revision ?? 0 };
  }

  /** The desk stands like this now. */
  changed(fingerprint: string): void {
    if (fingerprint === this.#stored) return;
    this.#stored = fingerprint;
    this.#isDirty = true;
    this.#schedule();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => void this.save(), this.#desk.isAnswering ? answeringDelayMs : delayMs);
  }

  /** Stores what has changed. Never throws: what cannot be stored is told by `trouble`. */
  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#saving;
    if (!this.#isDirty || !this.#store) return;
    const conversation = this.#snapshot();
    if (!this.#isWorth(conversation)) return;
    this.#isDirty = false;
    this.#saving = this.#write(this.#store, conversation);
    await this.#saving;
    this.#saving = undefined;
  }

  async #write(store: ConversationStore, conversation: StoredConversation): Promise<void> {
    try {
      const revision = await store.save(conversation);
      if (this.#desk.id === conversation.id) {
        this.#revision = revision;
        // Also for a tab that is made as a copy of this one.
        writeNote(this.#viewerId, { id: conversation.id, unstored: undefined });
      }
      this.trouble = undefined;
    } catch (error) {
      this.#isDirty = true;
      if (isStoredElsewhere(error) && this.#desk.id === conversation.id) {
        this.#desk.id = newId();
        this.#revision = 0;
        this.isCopy = true;
        this.#schedule();
      } else {
        this.trouble = 'full';
      }
    }
  }

  /** The page is left, perhaps for good: notes down what is not stored yet. */
  leave(): void {
    this.#note(this.#isDirty || this.#saving ? this.#snapshot() : undefined);
    void this.save();
  }

  #note(unstored: StoredConversation | undefined): void {
    const isWorth = unstored !== undefined && this.#isWorth(unstored);
    writeNote(this.#viewerId, { id: this.#desk.id, unstored: isWorth ? unstored : undefined });
  }

  #isWorth(conversation: StoredConversation): boolean {
    return this.#revision > 0 || !isBlank(conversation);
  }

  /** Takes over what another tab has stored meanwhile, unless there is something of this tab's own. */
  async refresh(): Promise<void> {
    if (this.#isDirty || this.#saving || this.#desk.isAnswering || !this.#store) return;
    const { id } = this.#desk;
    const revision = await this.#store.revision(id).catch(() => undefined);
    if (revision === undefined || revision <= this.#revision) return;
    const stored = await this.#store.load(id).catch(() => undefined);
    if (stored && this.#desk.id === id && !this.#isDirty) this.take(stored);
  }

  /** Stores what is on the desk and lays out another; false when it is not there any more. */
  async show(id: string): Promise<StoredConversation | undefined> {
    await this.save();
    const stored = await this.#store?.load(id);
    if (stored) {
      this.isCopy = false;
      this.take(stored);
    }
    return stored;
  }

  /** Lays out a conversation that is stored nowhere yet, e.g. from a file. */
  async lay(conversation: Omit<StoredConversation, 'revision'>): Promise<void> {
    await this.save();
    this.take({ ...conversation, revision: 0 });
    this.#isDirty = true;
    await this.save();
  }

  /** Lays out what is stored. */
  take(stored: StoredConversation): void {
    this.#desk.restore(stored);
    this.#revision = stored.revision;
    this.#stored = this.#desk.fingerprint;
    this.#isDirty = this.#isNote;
    this.#isNote = false;
    if (this.#isDirty) this.#schedule();
  }

  /** Begins anew; what was there stays in the list. */
  async begin(): Promise<void> {
    this.#isNote = false;
    await this.save();
    this.#desk.begin();
    this.#revision = 0;
    this.isCopy = false;
    this.#stored = this.#desk.fingerprint;
  }

  async list(): Promise<ConversationSummary[]> {
    await this.save();
    return (await this.#store?.list()) ?? [];
  }

  /** Deletes a stored conversation and hands it out, so that it can be put back. */
  async delete(id: string): Promise<StoredConversation | undefined> {
    const stored = await this.#store?.load(id);
    await this.#store?.delete(id);
    if (id === this.#desk.id) {
      this.#isDirty = false;
      this.#desk.begin();
      this.#revision = 0;
      this.#stored = this.#desk.fingerprint;
    }
    return stored;
  }

  async putBack(stored: StoredConversation): Promise<void> {
    await this.#store?.save({ ...stored, revision: 0 });
  }

  /** The page has gone: what stands on the desk now is stored, and nothing after it. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const store = this.#store;
    const conversation = this.#isDirty || this.#saving ? this.#snapshot() : undefined;
    this.#note(conversation);
    this.#store = undefined;
    if (!store) return;
    await this.#saving;
    if (conversation && this.#isWorth(conversation)) {
      await this.#write(store, { ...conversation, revision: this.#revision });
    }
    store.close();
  }

  #snapshot(): StoredConversation {
    return { ...this.#desk.snapshot(this.#models()), revision: this.#revision };
  }
}

/** By name: the class comes with the store, which is fetched when it is needed. */
function isStoredElsewhere(error: unknown): boolean {
  return error instanceof Error && error.name === 'StoredElsewhere';
}

/** Nothing in it that anybody would miss. */
function isBlank({ sides, draft, draftImages }: StoredConversation): boolean {
  return (
    draft.trim() === '' &&
    draftImages.length === 0 &&
    sides.every(
      ({ turns, system, parameters }) =>
        turns.length === 0 &&
        system.trim() === '' &&
        Object.values(parameters).every((value) => value === ''),
    )
  );
}
