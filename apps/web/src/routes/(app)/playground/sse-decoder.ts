export interface ServerEvent {
  /** `message` when the stream names none. */
  event: string;
  data: string;
}

/** Cuts text that arrives in pieces, split anywhere, into server-sent events. Comments and empty events are dropped. */
export class SseDecoder {
  /** The line that has no end yet, in pieces: one of megabytes arrives in hundreds of them. */
  #rest: string[] = [];
  #event = '';
  #data: string[] = [];

  push(text: string): ServerEvent[] {
    this.#rest.push(text);
    if (!text.includes('\n')) return [];
    const lines = this.#rest.join('').split('\n');
    this.#rest = [lines.pop() ?? ''];
    const events: ServerEvent[] = [];
    for (const line of lines) {
      const event = this.#take(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (event) events.push(event);
    }
    return events;
  }

  #take(line: string): ServerEvent | undefined {
    if (line === '') {
      const event = { event: this.#event || 'message', data: this.#data.join('\n') };
      const isEmpty = this.#data.length === 0;
      this.#event = '';
      this.#data = [];
      return isEmpty ? undefined : event;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    return undefined;
  }
}
