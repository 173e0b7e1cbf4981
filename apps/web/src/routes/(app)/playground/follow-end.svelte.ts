/** Closer to the end than this counts as being there, in pixels. */
const nearPx = 96;

/**
 * Keeps the end of a growing thread in view while the reader is there, and leaves them alone once they scroll up. What
 * scrolls is the thread's own frame where that has a height of its own, else the page. `open` is made for `$effect`.
 */
export class FollowEnd {
  atEnd = $state(true);
  /** Growth moves the view only while this is true; at first, until what was stored is drawn. */
  active = true;
  #frame: HTMLElement | undefined;

  open(content: HTMLElement, frame: HTMLElement): () => void {
    this.#frame = frame;
    const look = () => {
      const { scrollHeight, clientHeight, scrollTop } = this.#scroller();
      this.atEnd = scrollHeight - clientHeight - scrollTop < nearPx;
    };
    const observer = new ResizeObserver(() => {
      if (this.active && this.atEnd) this.toEnd();
      else look();
    });
    observer.observe(content);
    window.addEventListener('scroll', look, { passive: true });
    frame.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', look);
      frame.removeEventListener('scroll', look);
    };
  }

  toEnd(): void {
    const scroller = this.#scroller();
    scroller.scrollTop = scroller.scrollHeight;
    this.atEnd = true;
  }

  #scroller(): Element {
    const frame = this.#frame;
    if (frame && getComputedStyle(frame).overflowY === 'auto') return frame;
    return document.documentElement;
  }
}
