import type { PlazaModel } from '@aigc/shared/schemas/models';
import { invalidate } from '$app/navigation';
import { sessionExpired } from '#lib/session/session.svelte.ts';
import type { ConversationKeeper } from './conversation-keeper.svelte.ts';
import type { Desk } from './desk.svelte.ts';
import type { ModelChoice } from './model-choice.svelte.ts';
import type { Side } from './side.svelte.ts';

interface Parts {
  choice: ModelChoice;
  keeper: ConversationKeeper;
  /** Puts the cursor back where a message is written. */
  focus: () => void;
}

/** Sends what is asked to the chosen models, and sees to what an answer changes elsewhere. */
export class Asking {
  readonly #desk: Desk;
  readonly #choice: ModelChoice;
  readonly #keeper: ConversationKeeper;
  readonly #focus: () => void;

  constructor(desk: Desk, { choice, keeper, focus }: Parts) {
    this.#desk = desk;
    this.#choice = choice;
    this.#keeper = keeper;
    this.#focus = focus;
  }

  async send(): Promise<void> {
    const { models } = this.#choice;
    if (this.#desk.hasDraft && !this.#desk.isAnswering) await this.#answered(models, this.#desk.send(models));
  }

  async resend(questionId: string, text: string): Promise<void> {
    const { models } = this.#choice;
    await this.#answered(models, this.#desk.resend(questionId, text, models));
  }

  async retry(side: Side): Promise<void> {
    const model = this.#modelOf(side);
    if (model) await this.#answered([model], this.#desk.retry(side, model));
  }

  /** Without a side: all of them. */
  stop(side?: Side): void {
    if (side) side.stop();
    else this.#desk.stop();
    this.#focus();
  }

  async #answered(asked: readonly PlazaModel[], answers: Promise<unknown>): Promise<void> {
    this.#focus();
    await answers;
    void this.#keeper.save();
    if (await this.#signedInAgain()) return;
    const last = this.#desk.sides.map((side) => side.lastAnswer);
    if (last.some((answer) => answer?.failure?.code.startsWith('model_'))) await invalidate('app:models');
    const isBilled = asked.some((model) => !model.is_local) && last.some((answer) => answer?.text);
    if (isBilled) await invalidate('app:balance');
  }

  /** Asks for the password where the session has ended; true when what was refused is sent again. */
  async #signedInAgain(): Promise<boolean> {
    const refused = this.#desk.sides.filter(isRefused);
    if (refused.length === 0 || !(await sessionExpired())) return false;
    for (const side of refused) {
      const model = this.#modelOf(side);
      if (model && isRefused(side)) {
        void this.#answered([model], side.retry(model, this.#desk.setupOf(side)));
      }
    }
    return true;
  }

  #modelOf(side: Side): PlazaModel | undefined {
    return this.#choice.models[this.#desk.sides.indexOf(side)];
  }
}

function isRefused(side: Side): boolean {
  return side.lastAnswer?.failure?.code === 'unauthenticated';
}
