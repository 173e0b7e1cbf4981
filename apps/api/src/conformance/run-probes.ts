import OpenAI from 'openai';
import type { ProbeConnection } from '@aigc/core/models/probe-connection';
import { providerDefinition } from '@aigc/providers/registry';
import { PROBES, type Probe, type ProbeEvent, type ProbeResult } from '@aigc/shared/schemas/conformance';
import type { Container } from '../container.ts';
import { createModelFetch } from '../model-test/model-fetch.ts';
import { testFailureOf } from '../model-test/test-failure.ts';
import {
  probeJsonSchema,
  probeMultiTurn,
  probeStop,
  probeSystemRole,
  probeTools,
  probeUnary,
  probeVision,
} from './probe-answers.ts';
import type { Finding, ProbeRun } from './probe-context.ts';
import { probeAbort, probeErrorShape, probeLongOutput, probeStream } from './probe-streams.ts';

/** Calls in their order, and what each answers. */
const CALLS: readonly { probes: readonly Probe[]; run: ProbeRun }[] = [
  { probes: ['unary'], run: probeUnary },
  { probes: ['stream', 'stream_usage'], run: probeStream },
  { probes: ['system_role'], run: probeSystemRole },
  { probes: ['multi_turn'], run: probeMultiTurn },
  { probes: ['stop'], run: probeStop },
  { probes: ['tools'], run: probeTools },
  { probes: ['json_schema'], run: probeJsonSchema },
  { probes: ['vision'], run: probeVision },
  { probes: ['long_output'], run: probeLongOutput },
  { probes: ['abort'], run: probeAbort },
  { probes: ['error_shape'], run: probeErrorShape },
];

/** Of one call, and of all of them: a place among the tests is free again after three minutes. */
const CALL_TIMEOUT_MS = 60_000;
const TOTAL_TIMEOUT_MS = 170_000;
/** Never asked: the model's provider decides where a request goes. */
const BASE_URL = 'http://model.invalid/v1';

export interface RunProbesOptions {
  /** Left out: all. */
  probes?: readonly Probe[] | undefined;
  signal: AbortSignal;
}

/**
 * Asks a model for what it can do, call by call, through the mappings that calls of programs go through, and tells each
 * result as it comes. A refusal of the upstream means that the model does not do it; a call that goes wrong says nothing.
 */
export async function* runProbes(
  { outbound, accessTokens }: Pick<Container, 'outbound' | 'accessTokens'>,
  connection: ProbeConnection,
  options: RunProbesOptions,
): AsyncGenerator<ProbeEvent, void> {
  const wanted = new Set<Probe>(options.probes ?? PROBES);
  const client = clientOf({ outbound, accessTokens }, connection);
  const ending = AbortSignal.timeout(TOTAL_TIMEOUT_MS);
  const results: ProbeResult[] = [];
  /** Why the rest is not asked. */
  let skipped: string | null = null;
  for (const { probes, run } of CALLS) {
    const asked = probes.filter((probe) => wanted.has(probe));
    if (asked.length === 0) continue;
    options.signal.throwIfAborted();
    if (ending.aborted) skipped ??= 'There was no time left to ask.';
    for (const probe of asked) yield { type: 'start', probe };
    const startedMs = performance.now();
    const found =
      skipped === null
        ? await findingsOf(run, { client, connection, signal: options.signal, ending })
        : skipped;
    const latencyMs = Math.round(performance.now() - startedMs);
    for (const probe of asked) {
      const result = resultOf(probe, found, latencyMs);
      results.push(result);
      yield { type: 'found', result };
    }
    if (typeof found !== 'string' && 'isUnreachable' in found && found.isUnreachable) {
      skipped = 'The model could not be called.';
    }
  }
  yield { type: 'result', conformance: { tested_at: new Date().toISOString(), results } };
}

function clientOf(
  { outbound, accessTokens }: Pick<Container, 'outbound' | 'accessTokens'>,
  connection: ProbeConnection,
) {
  const { baseUrl, apiKey, settings, upstreamModel, isLocal } = connection;
  return new OpenAI({
    // The definition sends the model's own key.
    apiKey: 'none',
    baseURL: BASE_URL,
    maxRetries: 0,
    timeout: CALL_TIMEOUT_MS,
    fetch: createModelFetch(
      {
        definition: providerDefinition(connection.dialect),
        target: { baseUrl, apiKey, settings, model: upstreamModel },
        accessTokens,
        outbound,
      },
      isLocal ? 'user' : 'operator',
    ),
  });
}

/** A call that went wrong. */
interface FailedCall {
  verdict: 'no' | 'failed';
  note: string;
  /** No other call would fare better. */
  isUnreachable: boolean;
}

interface Asking {
  client: OpenAI;
  connection: ProbeConnection;
  signal: AbortSignal;
  ending: AbortSignal;
}

async function findingsOf(run: ProbeRun, asking: Asking): Promise<Finding[] | FailedCall> {
  const { client, connection, signal, ending } = asking;
  const calling = AbortSignal.any([signal, ending, AbortSignal.timeout(CALL_TIMEOUT_MS)]);
  try {
    return await run({ client, model: connection.upstreamModel, signal: calling });
  } catch (error) {
    signal.throwIfAborted();
    if (calling.aborted) {
      return { verdict: 'failed', note: 'It took too long to answer.', isUnreachable: false };
    }
    return failureOf(error, connection.apiKey);
  }
}

/** Statuses by which upstreams say that they do not know what was asked of them. */
const REFUSALS: ReadonlySet<number> = new Set([400, 404, 405, 415, 422, 501]);
const MAX_NOTE = 300;

function failureOf(error: unknown, apiKey: string | null): FailedCall {
  const { reason, message } = testFailureOf(error, apiKey);
  const status = error instanceof OpenAI.APIError && typeof error.status === 'number' ? error.status : null;
  const isRefusal = status !== null && REFUSALS.has(status);
  return {
    verdict: isRefusal ? 'no' : 'failed',
    note: message.slice(0, MAX_NOTE).toWellFormed(),
    isUnreachable:
      !isRefusal && reason !== 'total_timeout' && reason !== 'not_openai' && reason !== 'upstream_error',
  };
}

function resultOf(probe: Probe, found: Finding[] | FailedCall | string, latencyMs: number): ProbeResult {
  if (typeof found === 'string') return { probe, verdict: 'skipped', note: found, latency_ms: null };
  if (!Array.isArray(found))
    return { probe, verdict: found.verdict, note: found.note, latency_ms: latencyMs };
  const own = found.find((finding) => finding.probe === probe);
  return {
    probe,
    verdict: own?.verdict ?? 'failed',
    note: own?.note?.slice(0, MAX_NOTE) ?? null,
    latency_ms: latencyMs,
  };
}
