import type { PlazaModel } from '@aigc/shared/schemas/models';
import { answerCost } from './answer-cost.ts';
import { ChatFailure, streamChat } from './chat-stream.ts';
import { noParameters, type Parameters } from './parameters.ts';
import { requestBody } from './request-body.ts';
import type { StoredConversation } from './stored-conversation.ts';
import { newAnswer, newTurnId, type AnswerTurn, type Turn, type TurnImage } from './turn.ts';

/** A conversation with one model at a time: its turns, what is being typed, and the answer that is coming in. */
export class Conversation {
  turns = $state<Turn[]>([]);
  system = $state('');
  parameters = $state<Parameters>({ ...noParameters });
  draft = $state('');
  draftImages = $state.raw<TurnImage[]>([]);
  #running = $state.raw<AbortController>();

  get isAnswering(): boolean {
    return this.#running !== undefined;
  }

  /** The turns with an image, which only some models see. */
  get hasImages(): boolean {
    return (
      this.draftImages.length > 0 || this.turns.some((turn) => turn.role === 'user' && turn.images.length > 0)
    );
  }

  restore(stored: StoredConversation): void {
    this.turns = stored.turns;
    this.system = stored.system;
    this.parameters = stored.parameters;
    this.draft = stored.draft;
    this.draftImages = stored.draftImages;
  }

  snapshot(model: string | undefined): StoredConversation {
    return {
      model,
      system: this.system,
      parameters: $state.snapshot(this.parameters),
      turns: $state.snapshot(this.turns),
      draft: this.draft,
      draftImages: this.draftImages,
    };
  }

  /** Sends what has been typed. Resolves when the answer has ended, however it did. */
  async send(model: PlazaModel): Promise<void> {
    if (this.isAnswering || (this.draft.trim() === '' && this.draftImages.length === 0)) return;
    this.#dropUnanswered();
    this.turns.push({
      id: newTurnId(),
      role: 'user',
      text: this.draft.trim(),
      images: this.draftImages,
    });
    this.draft = '';
    this.draftImages = [];
    await this.#answer(model);
  }

  /** Asks the last question again. */
  async retry(model: PlazaModel): Promise<void> {
    if (this.isAnswering || this.turns.length === 0) return;
    if (this.turns.at(-1)?.role === 'assistant') this.turns.pop();
    await this.#answer(model);
  }

  stop(): void {
    this.#running?.abort();
  }

  clear(): void {
    this.stop();
    this.turns = [];
  }

  /** An answer that failed before its first word makes room for the next try. */
  #dropUnanswered(): void {
    const last = this.turns.at(-1);
    if (last?.role === 'assistant' && last.text === '') this.turns.pop();
  }

  async #answer(model: PlazaModel): Promise<void> {
    const body = requestBody(this.turns, {
      model: model.title,
      system: this.system,
      parameters: this.parameters,
    });
    this.turns.push(newAnswer(model.title));
    // Read back, because only what the state hands out tells the page of its changes.
    const answer = this.turns.at(-1) as AnswerTurn;
    const controller = new AbortController();
    this.#running = controller;
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    try {
      for await (const event of streamChat(body, controller.signal)) {
        if (event.type === 'usage') {
          answer.usage = event.usage;
          answer.cost = answerCost(model, event.usage);
        } else if (event.type === 'finish') {
          answer.finishReason = event.reason;
        } else {
          answer.firstTokenMs ??= elapsedMs();
          answer[event.type] += event.text;
        }
      }
      answer.state = 'done';
    } catch (error) {
      answer.state = controller.signal.aborted ? 'stopped' : 'failed';
      if (answer.state === 'failed') {
        const { code, message, requestId } =
          error instanceof ChatFailure ? error : new ChatFailure('server_error', '');
        answer.failure = { code, message, requestId };
      }
    } finally {
      answer.latencyMs = elapsedMs();
      if (this.#running === controller) this.#running = undefined;
    }
  }
}
