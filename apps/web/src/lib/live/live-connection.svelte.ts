import { untrack } from 'svelte';
import { retryWaitMs } from './backoff.ts';

/** What is told of a subscription: tRPC's own words for it, without its types. */
export interface Subscriber {
  onConnectionStateChange: (change: { state: string; error?: unknown }) => void;
  /** It ended and does not come back by itself. */
  onError: (error: unknown) => void;
  onComplete: () => void;
}

/** Starts a subscription, e.g. `(on) => trpc().logs.onCall.subscribe(input, { ...on, onData })`. */
export type Subscribe = (on: Subscriber) => { unsubscribe: () => void };

/**
 * `off`: not listening, because nobody looks. `lost`: it broke, the first attempt to mend it has failed, and the next
 * one is made at `retryAt`.
 */
export type LiveState = 'off' | 'connecting' | 'live' | 'lost';

interface Listener {
  /** It stands, for the first time or again: what happened while there was none can be fetched now. */
  live?: () => void;
  /** It broke. Why cannot be known from it, such as that the session is over: a call would tell. */
  lost?: () => void;
}

/** An attempt that nobody answers is given up after this. */
const connectTimeoutMs = 15_000;
/** How long it is said that the connection is back. */
const backShownMs = 5_000;

/**
 * A subscription that is kept open while its page is visible: browsers allow few open connections to one site. What
 * breaks is connected again, at once, then ever later; coming back to the page or to the network tries at once.
 */
export class LiveConnection {
  state = $state<LiveState>('off');
  /** When it broke; undefined while it stands. */
  lostAt = $state.raw<Date>();
  /** When the next attempt is made. */
  retryAt = $state.raw<Date>();
  /** It has just come back after a loss that was seen. */
  isBack = $state(false);
  readonly #on: Listener;
  #subscribe: Subscribe | undefined;
  #current: { unsubscribe: () => void } | undefined;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #connectTimer: ReturnType<typeof setTimeout> | undefined;
  #backTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(on: Listener = {}) {
    this.#on = on;
  }

  /** Starts to listen, and returns what ends it: made for `$effect`. */
  open(subscribe: Subscribe): () => void {
    this.#subscribe = subscribe;
    const follow = () => {
      if (document.hidden) this.#stop();
      else if (this.state !== 'live') this.retryNow();
    };
    const online = () => {
      if (this.state === 'lost') this.retryNow();
    };
    document.addEventListener('visibilitychange', follow);
    window.addEventListener('online', online);
    // What the effect that calls this reads here must not start it again.
    untrack(follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      window.removeEventListener('online', online);
      this.#stop();
      this.#subscribe = undefined;
    };
  }

  /** Does not wait for the next attempt. */
  retryNow(): void {
    clearTimeout(this.#retryTimer);
    this.retryAt = undefined;
    this.#connect();
  }

  #connect(): void {
    if (!this.#subscribe) return;
    this.#drop();
    if (this.state === 'off') this.state = 'connecting';
    this.#connectTimer = setTimeout(() => this.#broken(), connectTimeoutMs);
    let isOver = false;
    const end = () => {
      if (isOver) return;
      isOver = true;
      this.#broken();
    };
    const subscription = this.#subscribe({
      onConnectionStateChange: ({ state, error }) => {
        if (isOver) return;
        if (state === 'pending') this.#connected();
        else if (state === 'connecting' && error) end();
      },
      onError: end,
      onComplete: end,
    });
    this.#current = {
      unsubscribe: () => {
        isOver = true;
        subscription.unsubscribe();
      },
    };
    // It may have failed before there was anything to unsubscribe from.
    if (isOver) this.#drop();
  }

  #connected(): void {
    clearTimeout(this.#connectTimer);
    if (this.state === 'lost') {
      this.isBack = true;
      clearTimeout(this.#backTimer);
      this.#backTimer = setTimeout(() => (this.isBack = false), backShownMs);
    }
    this.state = 'live';
    this.#attempt = 0;
    this.lostAt = undefined;
    this.retryAt = undefined;
    this.#on.live?.();
  }

  #broken(): void {
    this.#drop();
    this.lostAt ??= new Date();
    // The first attempt is made at once and says nothing: connections end from time to time because they are old.
    if (this.#attempt > 0) {
      if (this.state !== 'lost') this.#on.lost?.();
      this.state = 'lost';
      this.isBack = false;
    }
    const waitMs = retryWaitMs(this.#attempt);
    this.#attempt += 1;
    if (waitMs > 0) this.retryAt = new Date(Date.now() + waitMs);
    this.#retryTimer = setTimeout(() => this.retryNow(), waitMs);
  }

  /** Ends what is open without a word. */
  #drop(): void {
    clearTimeout(this.#connectTimer);
    clearTimeout(this.#retryTimer);
    this.#current?.unsubscribe();
    this.#current = undefined;
  }

  #stop(): void {
    this.#drop();
    clearTimeout(this.#backTimer);
    this.state = 'off';
    this.#attempt = 0;
    this.isBack = false;
    this.lostAt = undefined;
    this.retryAt = undefined;
  }
}
