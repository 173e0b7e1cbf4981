import type { ServerResponse } from 'node:http';

/** What the clock looks after: one answer on its way to a client. */
export interface Watched {
  /** Where the clock keeps it; -1: nowhere. The clock's own. */
  place: number;
  /** Called every second. */
  onTick(): void;
}

const TICK_MS = 1000;

/**
 * One clock for all streams: a timer for each would cost more than the stream's own work. It stands still while
 * there are none. A list and not a `Set`, for the reason that `RunningCalls` gives.
 */
class StreamWatch {
  readonly #watched: Watched[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(watched: Watched): void {
    watched.place = this.#watched.length;
    this.#watched.push(watched);
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  /** Does nothing if it is not there. */
  delete(watched: Watched): void {
    if (watched.place === -1) return;
    const last = this.#watched.pop();
    if (last !== undefined && last !== watched) {
      last.place = watched.place;
      this.#watched[watched.place] = last;
    }
    watched.place = -1;
    if (this.#watched.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    // Backwards, because some end with their tick, and the last takes their place.
    for (let place = this.#watched.length - 1; place >= 0; place -= 1) this.#watched[place]?.onTick();
  }
}

/** The clock of this process. */
export const streamWatch = new StreamWatch();

/** A client that has not taken the whole of an answer by then is given up. */
const FLUSH_DEADLINE_SECONDS = 5 * 60;

/** Looks after an answer that was ended but that the socket could not take at once. */
export function watchFlush(res: ServerResponse): void {
  if (res.socket === null || res.socket.writableLength === 0) return;
  let seconds = 0;
  const watched: Watched = {
    place: -1,
    onTick() {
      seconds += 1;
      if (seconds >= FLUSH_DEADLINE_SECONDS) res.destroy();
    },
  };
  streamWatch.add(watched);
  res.once('close', () => streamWatch.delete(watched));
}
