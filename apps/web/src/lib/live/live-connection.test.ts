import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LiveConnection, type Subscriber } from './live-connection.svelte.ts';

/** Subscriptions as the page makes them, each to be told what becomes of it. */
class Line {
  readonly made: Subscriber[] = [];
  open = 0;
  readonly subscribe = (on: Subscriber) => {
    this.made.push(on);
    this.open += 1;
    return { unsubscribe: () => (this.open -= 1) };
  };

  /** The newest one stands. */
  stand(): void {
    this.made.at(-1)?.onConnectionStateChange({ state: 'pending' });
  }

  /** The newest one breaks. */
  break(): void {
    this.made.at(-1)?.onConnectionStateChange({ state: 'connecting', error: new Error('gone') });
  }
}

let page: EventTarget & { hidden: boolean };

function hide(hidden: boolean): void {
  page.hidden = hidden;
  page.dispatchEvent(new Event('visibilitychange'));
}

beforeEach(() => {
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  vi.stubGlobal('document', page);
  vi.stubGlobal('window', new EventTarget());
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function listen() {
  const line = new Line();
  const told: string[] = [];
  const connection = new LiveConnection({ live: () => told.push('live'), lost: () => told.push('lost') });
  const close = connection.open(line.subscribe);
  return { line, told, connection, close };
}

describe('LiveConnection', () => {
  it('says nothing of a connection that ends and stands again at once', async () => {
    const { line, told, connection } = listen();
    line.stand();
    line.break();
    expect(connection.state).toBe('live');
    await vi.advanceTimersByTimeAsync(0);
    line.stand();
    expect(connection).toMatchObject({ state: 'live', isBack: false, lostAt: undefined });
    // What happened in between is asked for all the same.
    expect(told).toEqual(['live', 'live']);
    expect(line.open).toBe(1);
  });

  it('shows a loss from its beginning on, tries ever later, and shows for a while that it is back', async () => {
    const { line, told, connection } = listen();
    line.stand();
    const brokeAt = new Date();
    line.break();
    await vi.advanceTimersByTimeAsync(0);
    line.break();
    for (const waitMs of [1_000, 2_000, 4_000]) {
      expect(connection).toMatchObject({ state: 'lost', lostAt: brokeAt });
      expect(connection.retryAt).toEqual(new Date(Date.now() + waitMs));
      expect(line.open).toBe(0);
      await vi.advanceTimersByTimeAsync(waitMs);
      expect(line.open).toBe(1);
      line.break();
    }
    connection.retryNow();
    line.stand();
    expect(connection).toMatchObject({ state: 'live', isBack: true, lostAt: undefined, retryAt: undefined });
    expect(told).toEqual(['live', 'lost', 'live']);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(connection.isBack).toBe(false);
  });

  it('comes back also from an answer that is no stream, and gives up an attempt that nobody answers', async () => {
    const { line, connection } = listen();
    line.made.at(-1)?.onError(new Error('502'));
    await vi.advanceTimersByTimeAsync(0);
    expect(line.made).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(connection.state).toBe('lost');
    expect(line.open).toBe(0);
    await vi.advanceTimersByTimeAsync(1_000);
    line.stand();
    expect(connection.state).toBe('live');
  });

  it('listens only while somebody looks, and asks for what was missed then', () => {
    const { line, told, connection, close } = listen();
    line.stand();
    hide(true);
    expect(connection.state).toBe('off');
    expect(line.open).toBe(0);
    hide(false);
    line.stand();
    expect(told).toEqual(['live', 'live']);
    expect(connection.isBack).toBe(false);
    close();
    hide(true);
    hide(false);
    expect(line.open).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hears nothing any more of a subscription that it has given up', async () => {
    const { line, connection } = listen();
    const [first] = line.made;
    line.break();
    await vi.advanceTimersByTimeAsync(0);
    line.stand();
    first?.onError(new Error('late'));
    first?.onConnectionStateChange({ state: 'connecting', error: new Error('late') });
    expect(connection.state).toBe('live');
    expect(line.open).toBe(1);
  });
});
