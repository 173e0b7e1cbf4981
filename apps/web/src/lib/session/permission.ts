import { invalidate } from '$app/navigation';
import { askViewer } from '#lib/connection/connection.svelte.ts';
import { session } from './session.svelte.ts';

class Permission {
  /** Told once when the role has changed: the page says it in its language. */
  tell: ((role: 'admin' | 'user') => void) | undefined;
  #checking: Promise<boolean> | undefined;

  /**
   * Asks who the viewer is now, and lets the page follow: navigation and buttons are of their present role. True when
   * they are still signed in.
   */
  check(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => (this.#checking = undefined));
    return this.#checking;
  }

  async #check(): Promise<boolean> {
    const known = session.viewer;
    const { viewer } = await askViewer();
    if (known === null) return viewer !== null;
    if (viewer === null) return session.expired();
    if (viewer.id !== known.id) {
      location.reload();
      return false;
    }
    if (viewer.role === known.role) return true;
    await invalidate('app:viewer');
    this.tell?.(viewer.role);
    return true;
  }
}

/** Only for use in the browser. */
export const permission = new Permission();
