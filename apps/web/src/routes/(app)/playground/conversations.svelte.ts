import { onMount, untrack } from 'svelte';
import type { I18n } from '#lib/i18n/i18n.svelte.ts';
import type { FileKind } from './conversation-files.ts';
import type { ConversationKeeper } from './conversation-keeper.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import type { ModelChoice } from './model-choice.svelte.ts';
import type { StoredConversation } from './stored-conversation.ts';

/** Which of the conversations that this browser keeps lies on the desk, and how another one gets there. */
export class Conversations {
  /** What lies on the desk is what belongs there. */
  isReady = $state(false);
  /** Why a file was not taken, in words. */
  fileFault = $state<string>();
  /** Told whether anything was found that had been left there. */
  opened: Promise<boolean> | undefined;
  readonly #desk: Desk;
  readonly #choice: ModelChoice;
  readonly #keeper: ConversationKeeper;

  constructor(desk: Desk, choice: ModelChoice, keeper: ConversationKeeper) {
    this.#desk = desk;
    this.#choice = choice;
    this.#keeper = keeper;
  }

  /** Called while the page is set up: lays out what was left there, and keeps what happens until the page goes. */
  live(): void {
    const desk = this.#desk;
    const keeper = this.#keeper;
    onMount(() => {
      const leave = () => keeper.leave();
      const lookAgain = () => {
        if (!document.hidden) void keeper.refresh();
      };
      window.addEventListener('pagehide', leave);
      document.addEventListener('visibilitychange', lookAgain);
      this.opened = this.#open();
      return () => {
        window.removeEventListener('pagehide', leave);
        document.removeEventListener('visibilitychange', lookAgain);
        desk.stop();
        void keeper.close();
      };
    });
    // An address that names a second model asks for a second side, also when it comes later.
    $effect(() => {
      if (this.isReady && this.#choice.namesTwo) untrack(() => desk.addSide());
    });
    // What happens on the desk is stored a little behind.
    $effect(() => {
      const state = desk.fingerprint;
      if (this.isReady) untrack(() => keeper.changed(state));
    });
    $effect(() => {
      if (desk.draftImages.length > 0 && this.isReady) untrack(() => void keeper.save());
    });
  }

  async #open(): Promise<boolean> {
    const stored = await this.#keeper.open();
    // Written while the browser was looking for the conversation: it is newer than any draft found there.
    const { draft, draftImages } = this.#desk;
    const isTaken = stored !== undefined && !this.#asksForAnother(stored);
    if (isTaken) {
      this.#keeper.take(stored);
      await this.#layOut(stored);
    } else if (stored) {
      await this.#keeper.begin();
    }
    if (draft !== '') this.#desk.draft = draft;
    if (draftImages.length > 0) this.#desk.draftImages = draftImages;
    if (this.#choice.namesTwo) this.#desk.addSide();
    this.isReady = true;
    return isTaken;
  }

  /** Somebody came to try another model: what was said to the last one stays in the list. */
  #asksForAnother({ sides }: StoredConversation): boolean {
    const { namedFirst, namesTwo } = this.#choice;
    const isOther = namedFirst !== null && namedFirst !== sides[0]?.model;
    return isOther && !namesTwo && sides.some((side) => side.turns.length > 0);
  }

  async #layOut({ sides }: Pick<StoredConversation, 'sides'>): Promise<void> {
    await this.#choice.layOut(sides.map((side) => side.model));
  }

  /** Begins anew, with one step back where anything was left. */
  async begin(): Promise<void> {
    const restore = this.#wayBack();
    await this.#keeper.begin();
    this.#desk.undo = restore && { what: 'new', restore };
  }

  async show(id: string): Promise<void> {
    this.#desk.undo = undefined;
    const stored = await this.#keeper.show(id);
    if (stored) await this.#layOut(stored);
  }

  /** Gives back what brings the conversation back. */
  async remove(id: string): Promise<(() => Promise<void>) | undefined> {
    const isCurrent = id === this.#desk.id;
    const stored = await this.#keeper.delete(id);
    if (!stored) return undefined;
    return async () => {
      await this.#keeper.putBack(stored);
      if (isCurrent) await this.#keeper.show(id);
    };
  }

  async exportTo(kind: FileKind, { t }: I18n): Promise<void> {
    const { saveConversation } = await import('./conversation-files.ts');
    await saveConversation(kind, this.#desk.snapshot(this.#choice.titles), t.playground);
  }

  async importFrom(file: File, { t, format }: I18n): Promise<void> {
    const { fileWords, readConversation } = await import('./conversation-files.ts');
    const read = await readConversation(file);
    this.fileFault = read.ok
      ? undefined
      : fileWords(read.fault, t.playground, format.bytes(read.maxFileBytes));
    if (!read.ok) return;
    const restore = this.#wayBack();
    await this.#keeper.lay(read.conversation);
    await this.#layOut(read.conversation);
    this.#desk.undo = restore && { what: 'new', restore };
  }

  /** Back to what lies on the desk now; undefined: nothing does. */
  #wayBack(): (() => Promise<void>) | undefined {
    const { id, isEmpty, hasDraft } = this.#desk;
    return isEmpty && !hasDraft ? undefined : () => this.show(id);
  }
}
