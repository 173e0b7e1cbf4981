/** Short messages at the edge of the page, for results that have no place of their own. */
export interface Toast {
  id: number;
  tone: 'ok' | 'error' | 'info';
  text: string;
}

const lifetimeMs = { ok: 4_000, info: 5_000, error: 8_000 } as const;

class Toasts {
  items = $state<Toast[]>([]);
  #nextId = 1;

  success(text: string): void {
    this.#show('ok', text);
  }

  info(text: string): void {
    this.#show('info', text);
  }

  error(text: string): void {
    this.#show('error', text);
  }

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }

  #show(tone: Toast['tone'], text: string): void {
    // The same message again replaces the old one instead of piling up.
    const id = this.#nextId;
    this.#nextId += 1;
    this.items = [...this.items.filter((toast) => toast.text !== text), { id, tone, text }].slice(-3);
    setTimeout(() => this.dismiss(id), lifetimeMs[tone]);
  }
}

/** Only for use in the browser: on the server it would be shared between visitors. */
export const toasts = new Toasts();
