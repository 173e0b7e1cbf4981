import type { Later } from '#lib/later.svelte.ts';

export interface LazyTriggerOptions {
  popup: 'menu' | 'dialog';
  /** Pressed before the popup is there: open it as soon as it is. */
  onopen: () => void;
}

/**
 * The attributes of a button that opens something which is fetched when the button is first reached. Until then they
 * are its own; from then on those that the popup gives (`take`), put on the same element, so that neither focus nor a
 * press is lost. A menu opens when the mouse goes down, as menus do.
 */
export class LazyTrigger<Popup> {
  readonly #later: Later<Popup>;
  readonly #own: Record<string, unknown>;
  #wanted = $state(false);
  #given = $state.raw<Record<string, unknown>>();

  constructor(later: Later<Popup>, { popup, onopen }: LazyTriggerOptions) {
    this.#later = later;
    const open = (event: Event) => {
      event.preventDefault();
      onopen();
      this.want();
    };
    this.#own = {
      'aria-haspopup': popup,
      'aria-expanded': 'false',
      'data-state': 'closed',
      onpointerenter: () => this.want(),
      onfocus: () => this.want(),
      ...(popup === 'menu' ? openLikeMenu(open) : { onclick: open }),
    };
  }

  /** The popup, once the button was reached and it has been fetched. */
  get popup(): Popup | undefined {
    return this.#wanted ? this.#later.component : undefined;
  }

  get attributes(): Record<string, unknown> {
    return this.#given ?? this.#own;
  }

  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    void this.#later.fetch();
  }

  take = (attributes: Record<string, unknown>): void => {
    this.#given = attributes;
  };
}

/** A finger may be about to scroll when it goes down. What assistive technology sends is a click without a press. */
function openLikeMenu(open: (event: Event) => void): Record<string, unknown> {
  return {
    onpointerdown: (event: PointerEvent) => {
      if (event.pointerType !== 'touch' && event.button === 0 && !event.ctrlKey) open(event);
    },
    onpointerup: (event: PointerEvent) => {
      if (event.pointerType === 'touch') open(event);
    },
    onclick: (event: MouseEvent) => {
      if (event.detail === 0) open(event);
    },
    onkeydown: (event: KeyboardEvent) => {
      if (['Enter', ' ', 'ArrowDown'].includes(event.key)) open(event);
    },
  };
}
