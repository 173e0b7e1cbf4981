/** Closer to the end than this counts as being there, in pixels. */
const nearPx = 96;

/**
 * Keeps the end of a growing page in view while the reader is there, and leaves them alone once they scroll up.
 * `open` is made for `$effect`.
 */
export class FollowEnd {
  atEnd = $state(true);
  /** Growth moves the page only while this is true. */
  active = false;

  open(content: HTMLElement): () => void {
    const look = () => {
      const { scrollHeight } = document.documentElement;
      this.atEnd = scrollHeight - window.innerHeight - window.scrollY < nearPx;
    };
    const observer = new ResizeObserver(() => {
      if (this.active && this.atEnd) this.toEnd();
      else look();
    });
    observer.observe(content);
    window.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      window.removeEventListener('scroll', look);
    };
  }

  toEnd(): void {
    window.scrollTo({ top: document.documentElement.scrollHeight });
    this.atEnd = true;
  }
}
