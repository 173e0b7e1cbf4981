import type { Asked, Said } from './scene.ts';

/** One provider's protocol on the wire, as its published reference has it. */
export interface WireDialect {
  /** Of the product's registry. */
  dialect: string;
  /** Behind the origin. */
  basePath: string;
  settings?: Record<string, unknown>;
  /** The upstream's own name of the chat model. */
  model: string;
  /** A chat request; null: the path is something else. */
  read(path: string, body: Record<string, unknown>): Asked | null;
  whole(said: Said, path: string): unknown;
  /** The events of a stream, framed; absent: the protocol has none. */
  events?(said: Said, path: string): string[];
  error(status: number, message: string): unknown;
  /** Answers of other endpoints; undefined: there is no such path. */
  other?(path: string, body: Record<string, unknown>): OtherAnswer | undefined;
}

export interface OtherAnswer {
  contentType: string;
  body: string | Buffer;
}

/** An event without a name. */
export function plain(data: unknown): string {
  return `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
}

/** An event that is named by its type. */
export function typed(data: { type: string } & Record<string, unknown>): string {
  return `event: ${data.type}\n${plain(data)}`;
}

export function json(value: unknown): OtherAnswer {
  return { contentType: 'application/json', body: JSON.stringify(value) };
}
