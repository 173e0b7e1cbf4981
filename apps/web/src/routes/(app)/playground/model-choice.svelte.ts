import type { PlazaModel } from '@aigc/shared/schemas/models';
import { page } from '$app/state';
import { callBlock, chats, firstChatModel } from '#lib/models/model-state.ts';
import { setFilters } from '#lib/url-state.ts';
import type { Desk } from './desk.svelte.ts';

/**
 * Which model each side of the desk talks to: the address says it, else what was remembered, else the first that
 * answers.
 */
export class ModelChoice {
  /** Where there is room for one of two sides only: the one in sight. */
  shownSide = $state('0');
  readonly #desk: Desk;
  readonly #all: () => readonly PlazaModel[];
  #remembered = $state.raw<readonly (string | undefined)[]>([]);

  /** Those that can be talked to. */
  readonly callable = $derived.by(() =>
    this.#all().filter((model) => chats(model) && callBlock(model) === null),
  );
  readonly #named = $derived([
    page.url.searchParams.get('model'),
    page.url.searchParams.get('with'),
  ] as const);
  readonly #wanted = $derived.by(() =>
    this.#desk.sides.map((_, index) => this.#named[index] ?? this.#remembered[index]),
  );
  /** One for each side; none at all where nothing can be talked to. */
  readonly models = $derived.by(() => {
    const first = this.#find(this.#wanted[0]) ?? firstChatModel(this.#all());
    if (!first) return [];
    const other = this.#other(first) ?? first;
    return this.#desk.sides.map((_, index) =>
      index === 0 ? first : (this.#find(this.#wanted[index]) ?? other),
    );
  });

  constructor(desk: Desk, all: () => readonly PlazaModel[]) {
    this.#desk = desk;
    this.#all = all;
  }

  get titles(): string[] {
    return this.models.map((model) => model.title);
  }

  /** Chosen once, and not there any more. */
  get gone(): string[] {
    return this.#wanted.filter((title) => title !== undefined).filter((title) => !this.#find(title));
  }

  /** The first model that the address asks for. */
  get namedFirst(): string | null {
    return this.#named[0];
  }

  /** The address asks for a second model, and so for a second side. */
  get namesTwo(): boolean {
    return this.#named[1] !== null;
  }

  async choose(index: number, title: string): Promise<void> {
    await setFilters(index === 0 ? { model: title } : { with: title });
  }

  /** The models of a conversation that is shown now. */
  async layOut(titles: readonly (string | undefined)[]): Promise<void> {
    this.#remembered = titles;
    this.shownSide = '0';
    const [first, second] = titles;
    await setFilters({
      ...(first === undefined ? {} : { model: first }),
      with: titles.length > 1 ? (second ?? null) : null,
    });
  }

  /** A second side, with another model where there is one. */
  async addSide(): Promise<void> {
    const [first] = this.models;
    const other = this.#other(first) ?? first;
    this.#desk.addSide();
    await setFilters({ with: other?.title });
  }

  async removeSide(index: number): Promise<void> {
    const kept = this.models[index === 0 ? 1 : 0];
    this.#remembered = [kept?.title];
    await setFilters({ model: kept?.title, with: null });
    this.#desk.removeSide(index);
    this.shownSide = '0';
  }

  #find(title: string | undefined): PlazaModel | undefined {
    return this.callable.find((model) => model.title === title);
  }

  #other(model: PlazaModel | undefined): PlazaModel | undefined {
    return this.callable.find((each) => each !== model);
  }
}
