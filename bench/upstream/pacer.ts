import type { Socket } from 'node:net';
import { STREAM_CHUNK, STREAM_END, STREAM_END_WITH_USAGE } from './answers.ts';

const SLOT_MS = 1;

/** Sends every open stream a chunk once per interval, at a moment of its own, from one timer. */
export interface Pacer {
  add(socket: Socket, includeUsage: boolean): void;
  /** Every stream ends at its next turn. */
  finish(): void;
  chunksSent(): number;
  open(): number;
}

export function createPacer(intervalMs: number): Pacer {
  const slots = Array.from(
    { length: Math.max(1, Math.round(intervalMs / SLOT_MS)) },
    () => new Map<Socket, boolean>(),
  );
  let [turn, nextSlot, chunks, open] = [0, 0, 0, 0];
  let isFinishing = false;
  let dueMs = performance.now();

  function serve(slot: Map<Socket, boolean>): void {
    for (const [socket, includeUsage] of slot) {
      if (socket.destroyed) {
        slot.delete(socket);
        open -= 1;
      } else if (isFinishing) {
        slot.delete(socket);
        open -= 1;
        socket.write(includeUsage ? STREAM_END_WITH_USAGE : STREAM_END);
      } else {
        chunks += 1;
        socket.write(STREAM_CHUNK);
      }
    }
  }

  setInterval(() => {
    // Late turns are made up for, so that the pace is the same whatever else the core does.
    for (const nowMs = performance.now(); dueMs <= nowMs; dueMs += SLOT_MS) {
      const slot = slots[turn];
      turn = (turn + 1) % slots.length;
      if (slot !== undefined) serve(slot);
    }
    if (open === 0) isFinishing = false;
  }, SLOT_MS).unref();

  return {
    add(socket, includeUsage) {
      open += 1;
      slots[nextSlot]?.set(socket, includeUsage);
      nextSlot = (nextSlot + 1) % slots.length;
    },
    finish() {
      isFinishing = true;
    },
    chunksSent: () => chunks,
    open: () => open,
  };
}
