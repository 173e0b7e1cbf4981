import type { PlazaModel } from '@aigc/shared/schemas/models';
import type { AnswerCost } from './answer-cost.ts';
import { addToolPiece, type Usage } from './chat-chunk.ts';
import { ChatFailure } from './chat-failure.ts';
import type { ChatEvent } from './chat-stream.ts';
import { noParameters, type Parameters } from './parameters.ts';
import { requestBody } from './request-body.ts';
import type { StoredSide } from './stored-conversation.ts';
import { hasContent, newAnswer, settled, type AnswerTurn, type Turn, type UserTurn } from './turn.ts';

/** What is sent beside the turns. */
export interface Setup {
  system: string;
  parameters: Parameters;
}

type Words = 'text' | 'reasoning' | 'refusal';

/** One model's part of a conversation: its turns, and the answer that is coming in. */
export class Side {
  turns = $state<Turn[]>([]);
  system = $state('');
  parameters = $state<Parameters>({ ...noParameters });
  #running = $state.raw<AbortController>();

  get isAnswering(): boolean {
    return this.#running !== undefined;
  }

  get lastAnswer(): AnswerTurn | undefined {
    return this.turns.findLast((turn) => turn.role === 'assistant');
  }

  restore(stored: StoredSide): void {
    this.turns = stored.turns.map(settled);
    this.system = stored.system;
    this.parameters = { ...noParameters, ...stored.parameters };
  }

  snapshot(model: string | undefined): StoredSide {
    return {
      model,
      system: this.system,
      parameters: $state.snapshot(this.parameters),
      turns: $state.snapshot(this.turns),
    };
  }

  /** Sends a question. Resolves when the answer has ended, however it did. */
  async ask(question: UserTurn, model: PlazaModel, setup: Setup): Promise<void> {
    if (this.isAnswering) return;
    const last = this.turns.at(-1);
    if (last?.role === 'assistant' && !hasContent(last)) this.turns.pop();
    this.turns.push(question);
    await this.#answer(model, setup);
  }

  /** Asks the last question again. */
  async retry(model: PlazaModel, setup: Setup): Promise<void> {
    if (this.isAnswering || this.turns.length === 0) return;
    if (this.turns.at(-1)?.role === 'assistant') this.turns.pop();
    await this.#answer(model, setup);
  }

  stop(): void {
    this.#running?.abort();
  }

  async #answer(model: PlazaModel, { system, parameters }: Setup): Promise<void> {
    const body = requestBody(this.turns, { model: model.title, system, parameters });
    const turnIds = this.turns.map(({ id }) => id);
    this.turns.push({
      ...newAnswer(model.title),
      sent: { system, parameters: $state.snapshot(parameters), turnIds },
    });
    // Read back, because only what the state hands out tells the page of its changes.
    const answer = this.turns.at(-1) as AnswerTurn;
    const controller = new AbortController();
    this.#running = controller;
    const startedAt = performance.now();
    const elapsedMs = () => Math.round(performance.now() - startedAt);
    const words = new WordBuffer(answer);
    try {
      const { streamChat, answerCost: costOf } = await fetchStream();
      for await (const event of streamChat(body, controller.signal)) {
        if (isContent(event)) answer.firstTokenMs ??= elapsedMs();
        take(event, { answer, words, costOf: (usage) => costOf(model, usage) });
      }
      answer.state = 'done';
    } catch (error) {
      answer.state = controller.signal.aborted ? 'stopped' : 'failed';
      if (answer.state === 'failed') {
        const { code, message, requestId } =
          error instanceof ChatFailure ? error : new ChatFailure('server_error', '');
        answer.failure = { code, message, requestId };
        answer.requestId ??= requestId;
      }
    } finally {
      words.flush();
      answer.latencyMs = elapsedMs();
      if (this.#running === controller) this.#running = undefined;
    }
  }
}

/** Fetched when the page is at rest, and again where that failed. */
export async function fetchStream() {
  try {
    const [{ streamChat }, { answerCost }] = await Promise.all([
      import('./chat-stream.ts'),
      import('./answer-cost.ts'),
    ]);
    return { streamChat, answerCost };
  } catch {
    throw new ChatFailure('offline', '');
  }
}

/** Words come in many times between two frames; the page hears of them once a frame. */
class WordBuffer {
  readonly #answer: AnswerTurn;
  #waiting: Record<Words, string> = { text: '', reasoning: '', refusal: '' };
  #isDue = false;

  constructor(answer: AnswerTurn) {
    this.#answer = answer;
  }

  add(name: Words, text: string): void {
    this.#waiting[name] += text;
    if (this.#isDue) return;
    this.#isDue = true;
    // A hidden tab has no frames.
    if (typeof document === 'undefined' || document.hidden) setTimeout(() => this.flush(), 100);
    else requestAnimationFrame(() => this.flush());
  }

  flush(): void {
    this.#isDue = false;
    for (const name of ['text', 'reasoning', 'refusal'] as const) {
      if (this.#waiting[name] === '') continue;
      this.#answer[name] += this.#waiting[name];
      this.#waiting[name] = '';
    }
  }
}

function isContent({ type }: ChatEvent): boolean {
  return type === 'text' || type === 'reasoning' || type === 'refusal' || type === 'tool';
}

function take(
  event: ChatEvent,
  {
    answer,
    words,
    costOf,
  }: { answer: AnswerTurn; words: WordBuffer; costOf: (usage: Usage) => AnswerCost | undefined },
): void {
  switch (event.type) {
    case 'head':
      answer.requestId = event.requestId;
      answer.dropped = event.dropped;
      answer.outputLimit = event.outputLimit;
      return;
    case 'usage':
      answer.usage = event.usage;
      answer.cost = costOf(event.usage);
      return;
    case 'finish':
      answer.finishReason = event.reason;
      return;
    case 'tool':
      addToolPiece(answer.toolCalls, event);
      return;
    case 'text':
    case 'reasoning':
    case 'refusal':
      words.add(event.type, event.text);
  }
}
