import type { PlazaModel } from '@aigc/shared/schemas/models';
import { invalidParameters, setParameters } from './parameters.ts';
import { Side, type Setup } from './side.svelte.ts';
import { titleOf, type StoredConversation } from './stored-conversation.ts';
import { newId, settled, type Turn, type TurnImage, type UserTurn } from './turn.ts';

/** What was taken away last, and how to bring it back. */
export interface Undo {
  what: 'turn' | 'rest' | 'new';
  restore: () => unknown;
}

/** A conversation: one or two models that are asked the same, and the message that is being written. */
export class Desk {
  id = $state(newId());
  createdAt = new Date().toISOString();
  sides = $state.raw<readonly Side[]>([new Side()]);
  /** Both sides are sent the first one's system prompt and parameters. */
  linked = $state(true);
  draft = $state('');
  draftImages = $state.raw<TurnImage[]>([]);
  undo = $state.raw<Undo>();

  get isAnswering(): boolean {
    return this.sides.some((side) => side.isAnswering);
  }

  get isEmpty(): boolean {
    return this.sides.every((side) => side.turns.length === 0);
  }

  get hasDraft(): boolean {
    return this.draft.trim() !== '' || this.draftImages.length > 0;
  }

  /** The first question, by which a conversation is found again. */
  get title(): string {
    return titleOf(this.sides);
  }

  /** Changes with all that is worth storing; short, however long the conversation is. */
  get fingerprint(): string {
    const sides = this.sides.map(({ turns, system, parameters }) => [
      system,
      Object.values(parameters),
      turns.map((turn) =>
        turn.role === 'user'
          ? turn.id
          : [turn.id, turn.state, turn.text.length, turn.reasoning.length, turn.latencyMs].join(),
      ),
    ]);
    return JSON.stringify([this.id, this.linked, this.draft, this.draftImages.length, sides]);
  }

  /** What a side is sent beside its turns. */
  setupOf(side: Side): Setup {
    return this.linked ? (this.sides[0] ?? side) : side;
  }

  /** What is set beside the turns, in the panel and elsewhere; once, where all sides share it. */
  get #setups(): readonly Side[] {
    return this.linked ? this.sides.slice(0, 1) : this.sides;
  }

  /** How many parameters are set, system prompts among them. */
  get parameterCount(): number {
    return this.#setups.reduce(
      (sum, { parameters, system }) => sum + setParameters(parameters) + (system.trim() ? 1 : 0),
      0,
    );
  }

  /** A parameter is out of its range, so that nothing can be sent. */
  get isInvalid(): boolean {
    return this.#setups.some(({ parameters }) => invalidParameters(parameters).length > 0);
  }

  restore(stored: StoredConversation): void {
    this.stop();
    this.id = stored.id;
    this.createdAt = stored.createdAt;
    this.linked = stored.linked;
    this.draft = stored.draft;
    this.draftImages = stored.draftImages;
    this.sides = stored.sides.map((kept) => {
      const side = new Side();
      side.restore(kept);
      return side;
    });
  }

  snapshot(models: readonly (string | undefined)[]): Omit<StoredConversation, 'revision'> {
    return {
      id: this.id,
      createdAt: this.createdAt,
      updatedAt: new Date().toISOString(),
      linked: this.linked,
      draft: this.draft,
      draftImages: this.draftImages,
      sides: this.sides.map((side, index) => side.snapshot(models[index])),
    };
  }

  /** Begins anew with the same models and parameters. */
  begin(): void {
    this.stop();
    this.id = newId();
    this.createdAt = new Date().toISOString();
    this.sides = this.sides.map((before) => {
      const side = new Side();
      side.restore({ ...before.snapshot(undefined), turns: [] });
      return side;
    });
    this.draft = '';
    this.draftImages = [];
  }

  /** A second model, which is told what was said so far as if it had been asked from the start. */
  addSide(): void {
    const [first] = this.sides;
    if (!first || this.sides.length > 1) return;
    const side = new Side();
    const kept = first.snapshot(undefined);
    // An answer that is still coming in belongs to the first alone, and so does its question.
    const upTo = first.isAnswering
      ? kept.turns.findLastIndex(({ role }) => role === 'user')
      : kept.turns.length;
    side.restore({ ...kept, turns: kept.turns.slice(0, upTo).map(settled) });
    this.sides = [first, side];
  }

  removeSide(index: number): void {
    if (this.sides.length < 2) return;
    this.sides[index]?.stop();
    const before = this.sides;
    const [first] = before;
    const kept = before.filter((_, at) => at !== index);
    const [left] = kept;
    if (this.linked && first && left && left !== first) {
      left.system = first.system;
      left.parameters = { ...first.parameters };
    }
    this.sides = kept;
  }

  setLinked(linked: boolean): void {
    const [first, second] = this.sides;
    if (!linked && first && second) {
      second.system = first.system;
      second.parameters = { ...first.parameters };
    }
    this.linked = linked;
  }

  /** Sends what was written to every side. Resolves when all answers have ended. */
  async send(models: readonly PlazaModel[]): Promise<void> {
    if (this.isAnswering || !this.hasDraft) return;
    const question: UserTurn = {
      id: newId(),
      role: 'user',
      text: this.draft.trim(),
      images: this.draftImages,
    };
    this.draft = '';
    this.draftImages = [];
    await this.#askAll(question, models);
  }

  /** Takes a question in other words: what followed it goes, wherever the question stands. */
  async resend(questionId: string, text: string, models: readonly PlazaModel[]): Promise<void> {
    if (this.isAnswering) return;
    const found = this.#question(questionId);
    if (!found) return;
    this.#remember('rest');
    const question: UserTurn = { ...found, id: newId(), text };
    const asked: Promise<void>[] = [];
    for (const [index, side] of this.sides.entries()) {
      const at = side.turns.findIndex(({ id }) => id === questionId);
      const model = models[index];
      if (at < 0 || !model) continue;
      side.turns = side.turns.slice(0, at);
      asked.push(side.ask({ ...question }, model, this.setupOf(side)));
    }
    await Promise.all(asked);
  }

  async retry(side: Side, model: PlazaModel): Promise<void> {
    if (side.isAnswering) return;
    if (side.turns.at(-1)?.role === 'assistant') this.#remember('turn');
    await side.retry(model, this.setupOf(side));
  }

  /** A question goes with its answers, on every side where it stands; an answer goes alone. */
  deleteTurn(side: Side, turn: Turn): void {
    if (this.isAnswering) return;
    this.#remember('turn');
    if (turn.role === 'assistant') {
      side.turns = side.turns.filter(({ id }) => id !== turn.id);
      return;
    }
    for (const each of this.sides) {
      const at = each.turns.findIndex(({ id }) => id === turn.id);
      if (at < 0) continue;
      const next = each.turns.findIndex((other, index) => index > at && other.role === 'user');
      each.turns = [...each.turns.slice(0, at), ...(next < 0 ? [] : each.turns.slice(next))];
    }
  }

  stop(): void {
    for (const side of this.sides) side.stop();
  }

  /** One step back. */
  async takeBack(): Promise<void> {
    const { undo } = this;
    this.undo = undefined;
    await undo?.restore();
  }

  async #askAll(question: UserTurn, models: readonly PlazaModel[]): Promise<void> {
    this.undo = undefined;
    await Promise.all(
      this.sides.map(async (side, index) => {
        const model = models[index];
        if (model) await side.ask({ ...question }, model, this.setupOf(side));
      }),
    );
  }

  #question(id: string): UserTurn | undefined {
    for (const side of this.sides) {
      const turn = side.turns.find((each) => each.id === id);
      if (turn?.role === 'user') return $state.snapshot(turn);
    }
    return undefined;
  }

  /** Keeps the turns as they are, for one step back. */
  #remember(what: Undo['what']): void {
    const kept = this.sides.map((side) => ({ side, turns: $state.snapshot(side.turns) }));
    this.undo = {
      what,
      restore: () => {
        for (const { side, turns } of kept) {
          side.stop();
          side.turns = turns;
        }
      },
    };
  }
}
