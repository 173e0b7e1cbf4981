import { setTimeout as delay } from 'node:timers/promises';
import type { KeptAnswer } from '@aigc/core/calls/call-books';
import { isInstanceAlive } from '@aigc/core/calls/recover-calls';
import {
  awaitClaim,
  isClaimAwaited,
  releaseClaims,
  takeClaim,
  type ClaimRequest,
  type HeldClaim,
} from '@aigc/core/idempotency/claims';
import type { Secrets } from '@aigc/core/secrets/secrets';
import type { EntityManager } from '@aigc/db/orm';
import { AppError } from '@aigc/shared/errors';
import type { Logger } from 'pino';
import { within } from '../../processes/within.ts';
import { toAppError } from '../errors.ts';
import type { Reply } from '../reply.ts';
import { fromAnswerText } from './answer-text.ts';
import { answerBinding, HeldKey, KeyInUse, NOT_KEPT, type Repeat } from './held-key.ts';

export interface ClaimRegistryOptions {
  /** A new entity manager. */
  em(): EntityManager;
  secrets: Pick<Secrets, 'seal' | 'open'>;
  /** Names this process in the claims it takes. */
  instanceId: string;
  log: Logger;
}

/** Pauses between looks at a claim that another process holds. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 500;
/** Longest wait for a call of another process. */
const PATIENCE_MS = 10 * 60_000;
/** Releasing keys is tried for ten minutes after the last of them, with this pause. */
const RELEASE_PAUSE_MS = 1000;
const RELEASE_ATTEMPTS = 600;
/** Of calls that could not begin while the database was away; the oldest of more are left to their expiry. */
const MAX_RELEASES = 10_000;
/** A half-open connection never answers: its caller is told to come again. */
const DATABASE_TIMEOUT_MS = 5000;
/** A client that left must be felt by its upstream within a second, whether or not the database answers. */
const AWAITED_TIMEOUT_MS = 500;

const OTHER_BODY = new AppError(
  'conflict',
  'This Idempotency-Key was used with another request; use a new key for each.',
  { param: 'idempotency-key' },
);
const DATABASE_SILENT = new AppError(
  'service_unavailable',
  'The database does not answer, so an Idempotency-Key cannot be kept. Try again shortly.',
  { retryAfterSeconds: 5 },
);

/** @throws AppError `service_unavailable` if the database has not answered in time */
function inTime<T>(work: Promise<T>): Promise<T> {
  return within(DATABASE_TIMEOUT_MS, work, DATABASE_SILENT);
}

function stillRunning(retryAfterSeconds: number): AppError {
  return new AppError(
    'service_unavailable',
    'The call with this Idempotency-Key has not been accounted for yet.',
    { retryAfterSeconds },
  );
}

/** Makes sure that of all calls with one `Idempotency-Key`, in all processes, one is carried out. */
export class ClaimRegistry {
  readonly #options: ClaimRegistryOptions;
  readonly #inUse = new Map<string, KeyInUse>();
  /** Calls whose claims are to go. */
  readonly #toRelease = new Set<string>();
  #isReleasing = false;
  #releaseAttempts = 0;

  constructor(options: ClaimRegistryOptions) {
    this.#options = options;
  }

  /**
   * Holds the key for this call: the claim is committed when it resolves. Or waits for the call that holds it,
   * and resolves with what that was answered.
   * @throws AppError `conflict` for another body, `service_unavailable` without the database
   */
  async hold(claim: Omit<ClaimRequest, 'instanceId'>, reply: Reply): Promise<HeldKey | Repeat> {
    const request: ClaimRequest = { ...claim, instanceId: this.#options.instanceId };
    const id = `${claim.scope} ${claim.keyHash}`;
    const other = this.#inUse.get(id);
    if (other !== undefined) {
      if (other.bodyHash !== claim.bodyHash) throw OTHER_BODY;
      const repeat = await other.follow(reply);
      // The other's client had left before this one came: that is no answer to give.
      const isAnswer = !('error' in repeat) || repeat.error.code !== 'client_closed';
      return isAnswer || reply.isGone ? repeat : this.hold(claim, reply);
    }
    const inUse = new KeyInUse(claim.bodyHash);
    this.#inUse.set(id, inUse);
    try {
      const repeat = await this.#take(request);
      if (repeat === null) return this.#held(request, inUse, id);
      this.#inUse.delete(id);
      inUse.resolve(repeat);
      return repeat;
    } catch (cause) {
      const error = toAppError(cause);
      this.#inUse.delete(id);
      inUse.resolve({ error });
      throw error;
    }
  }

  #held(request: ClaimRequest, inUse: KeyInUse, id: string): HeldKey {
    const { secrets, em } = this.#options;
    return new HeldKey({
      inUse,
      seal: (text) => secrets.seal(text, answerBinding(request)),
      isAwaitedElsewhere: () =>
        within(AWAITED_TIMEOUT_MS, isClaimAwaited(em(), request.requestId)).catch(() => false),
      release: () => this.#release(request.requestId),
      forget: () => this.#inUse.delete(id),
    });
  }

  /** Null: the claim is ours. Otherwise what the call that had it was answered. */
  async #take(request: ClaimRequest): Promise<Repeat | null> {
    const givesUpAtMs = performance.now() + PATIENCE_MS;
    let announcedTo: string | null = null;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const held = await this.#tryTake(request);
      if (held === null) return null;
      if (held.bodyHash !== request.bodyHash) throw OTHER_BODY;
      if (held.answer !== null) return this.#open(request, held, held.answer);
      if (held.requestId !== announcedTo) {
        await inTime(awaitClaim(this.#options.em(), held.requestId));
        announcedTo = held.requestId;
      }
      await this.#requireAlive(held);
      if (performance.now() > givesUpAtMs) throw stillRunning(30);
      await delay(pauseMs);
    }
  }

  /**
   * A claim may have been committed although its answer was lost, or comes too late. Nobody would ever end that call:
   * every repeat would wait for it in vain, until the claim expires.
   */
  async #tryTake(request: ClaimRequest): Promise<HeldClaim | null> {
    const taking = takeClaim(this.#options.em(), request);
    try {
      return await inTime(taking);
    } catch (error) {
      void taking.catch(() => undefined).then(() => this.#release(request.requestId));
      throw error;
    }
  }

  /** A claim whose process is gone waits for the recovery of what that had settled. */
  async #requireAlive({ instanceId }: HeldClaim): Promise<void> {
    if (instanceId === this.#options.instanceId) return;
    if (!(await inTime(isInstanceAlive(this.#options.em(), instanceId)))) throw stillRunning(5);
  }

  #open({ scope }: ClaimRequest, { requestId }: HeldClaim, answer: KeptAnswer): Repeat {
    if (answer.sealedBody === null) return { error: NOT_KEPT };
    const text = this.#options.secrets.open(answer.sealedBody, answerBinding({ requestId, scope }));
    return { answer: { contentType: answer.contentType, body: fromAnswerText(text) } };
  }

  #release(requestId: string): void {
    const [oldest] = this.#toRelease;
    if (oldest !== undefined && this.#toRelease.size >= MAX_RELEASES) this.#toRelease.delete(oldest);
    this.#toRelease.add(requestId);
    this.#releaseAttempts = 0;
    if (!this.#isReleasing) void this.#releaseAll();
  }

  /** All at once, however many there are: the database may just be coming back. */
  async #releaseAll(): Promise<void> {
    this.#isReleasing = true;
    while (this.#toRelease.size > 0 && this.#releaseAttempts < RELEASE_ATTEMPTS) {
      const requestIds = [...this.#toRelease];
      this.#releaseAttempts += 1;
      try {
        await inTime(releaseClaims(this.#options.em(), requestIds));
        for (const requestId of requestIds) this.#toRelease.delete(requestId);
      } catch (error) {
        this.#options.log.warn(
          { err: error, calls: requestIds.length },
          'Idempotency-Keys could not be freed',
        );
        await delay(RELEASE_PAUSE_MS, undefined, { ref: false });
      }
    }
    this.#toRelease.clear();
    this.#isReleasing = false;
  }
}
