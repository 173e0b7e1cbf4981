import { resolveEndpoint } from '@aigc/shared/resolve-endpoint';
import type { TestReason, TestResult } from '@aigc/shared/schemas/connection-test';
import type { ConnectPhase } from '../outbound/guarded-connector.ts';
import { OutboundError } from '../outbound/outbound-error.ts';
import { classifyFailure } from './classify-failure.ts';
import { listModels } from './list-models.ts';
import { pickModel } from './pick-model.ts';
import { chatParams, probeAnswer, probeStream } from './probe-chat.ts';
import { probeEmbedding } from './probe-embedding.ts';
import { Probe } from './probe.ts';
import { sanitiseMessage } from './sanitise-message.ts';
import type { StepReporter } from './step-reporter.ts';
import type { ConnectionTestOptions } from './test-connection.ts';
import { TestFailure } from './test-failure.ts';

const DEFAULT_DEADLINE_MS = 30_000;
/** For a list that is asked for as a help beside the test. */
const LIST_TIMEOUT_MS = 4_000;
/** With less time left, no further call is begun. */
const MIN_CALL_MS = 500;

const CALLED = {
  chat: 'chat/completions',
  vision: 'chat/completions',
  embedding: 'embeddings',
  list: 'models',
} as const;

/** A test that goes on: what it uses, and what it has found so far. */
interface Run {
  options: ConnectionTestOptions;
  steps: StepReporter;
  probe: Probe;
  /** When the call to the model was made, connecting not included. */
  calledAt: number;
  /** The next headers are those of the model's answer. */
  awaitsAnswer: boolean;
  found: { models: string[]; latencyMs: number | null; streaming: boolean; usage: boolean };
}

/** Performs the steps of one test in order. Never rejects. */
export async function runTest(options: ConnectionTestOptions, steps: StepReporter): Promise<TestResult> {
  const hasTls = /^\s*https:/i.test(options.baseUrl);
  const run: Run = {
    options,
    steps,
    probe: new Probe({
      outbound: options.outbound,
      upstream: options.upstream,
      baseUrl: options.baseUrl,
      apiKey: options.apiKey,
      signal: options.signal,
      deadlineAt: performance.now() + (options.deadlineMs ?? DEFAULT_DEADLINE_MS),
      onPhase: (phase) => completePhase(run, phase, hasTls),
      onHeaders: () => completeFirstByte(run),
    }),
    calledAt: 0,
    awaitsAnswer: false,
    found: { models: [], latencyMs: null, streaming: false, usage: false },
  };
  steps.start('resolve');
  try {
    if (!resolveEndpoint(options.baseUrl, CALLED[options.mode]).ok) throw new TestFailure('invalid_url');
    if (options.mode === 'list') {
      await testListing(run);
      return resultOf(run, null);
    }
    const model = options.model ?? (await listedModel(run));
    if (options.mode === 'embedding') await testEmbedding(run, model);
    else await testChat(run, model);
    if (options.model !== undefined) await addModels(run);
    return resultOf(run, null);
  } catch (error) {
    const failure = inItsStep(classifyFailure(error, run.probe.errorAnswer), run);
    steps.fail(failure.reason, hasTls);
    // To choose from, when the model was the fault.
    const isModelAtFault = failure.reason === 'model_not_found' || failure.reason === 'upstream_error';
    if (isModelAtFault && options.model !== undefined) await addModels(run);
    return resultOf(run, failure);
  }
}

async function testChat(run: Run, model: string): Promise<void> {
  const { steps, probe, found, options } = run;
  beginCall(run);
  const answer = await probeAnswer(probe, chatParams(model, options.mode === 'vision'));
  endCall(run, answer.model);

  let streamLacksUsage = false;
  let detail: string | undefined;
  if (probe.remainingMs < MIN_CALL_MS) {
    // The time of the whole test would be over before another answer.
    steps.skip('streaming');
  } else {
    steps.start('streaming');
    try {
      const stream = await probeStream(probe, answer.params);
      found.streaming = stream.isStreamed;
      if (stream.isStreamed) steps.pass('streaming');
      else steps.warn('streaming');
      streamLacksUsage = stream.isStreamed && !stream.isCut && !stream.hasUsage;
      if (stream.rejectsStreamOptions) detail = 'stream_options';
    } catch (error) {
      const { reason } = classifyFailure(error, probe.errorAnswer);
      if (reason === 'aborted') throw error;
      steps.warn('streaming', reason);
    }
  }
  reportUsage(run, streamLacksUsage ? null : answer.usage, detail);
}

/** Reads the list of models, and looks the model up in it. */
async function testListing(run: Run): Promise<void> {
  const { model } = run.options;
  beginCall(run);
  run.found.models = await listModels(run.probe, Infinity);
  if (model !== undefined && run.found.models.length > 0 && !run.found.models.includes(model)) {
    throw new TestFailure('model_not_found');
  }
  endCall(run, model);
  // No model was called.
  run.steps.skip('streaming');
  run.steps.skip('usage');
}

async function testEmbedding(run: Run, model: string): Promise<void> {
  beginCall(run);
  const answer = await probeEmbedding(run.probe, model);
  endCall(run, answer.model);
  // Vectors come whole.
  run.steps.skip('streaming');
  reportUsage(run, answer.usage, undefined);
}

function beginCall(run: Run): void {
  run.awaitsAnswer = true;
  run.calledAt = performance.now();
  // Otherwise the connection comes first, and its last phase begins this step.
  if (run.steps.running === 'first_byte') run.steps.start('first_byte');
}

function completePhase(run: Run, phase: ConnectPhase, hasTls: boolean): void {
  const { steps } = run;
  steps.pass(phase);
  if (phase === 'resolve') steps.start('connect');
  else steps.start(phase === 'connect' && hasTls ? 'tls' : 'first_byte');
  run.calledAt = performance.now();
}

function completeFirstByte(run: Run): void {
  if (!run.awaitsAnswer) return;
  run.awaitsAnswer = false;
  run.steps.pass('first_byte', `HTTP ${run.probe.status}`);
  run.steps.start('valid_answer');
}

function endCall(run: Run, model: string | undefined): void {
  run.found.latencyMs = Math.round(performance.now() - run.calledAt);
  run.steps.pass(
    'valid_answer',
    model === undefined ? undefined : sanitiseMessage(model, run.options.apiKey),
  );
}

function reportUsage(
  run: Run,
  usage: { inputTokens: number; outputTokens: number } | null,
  detail: string | undefined,
): void {
  run.found.usage = usage !== null;
  if (usage === null) run.steps.warn('usage', undefined, detail);
  else run.steps.pass('usage', detail ?? `${usage.inputTokens} + ${usage.outputTokens}`);
}

/** A model of the upstream's list, for a test that names none. */
async function listedModel(run: Run): Promise<string> {
  try {
    run.found.models = await listModels(run.probe, Infinity);
  } catch (error) {
    const failure = classifyFailure(error, run.probe.errorAnswer);
    if (failure.cause instanceof OutboundError) throw failure;
    skipToAnswer(run);
    // These concern every path of the upstream; anything else only says that it has no list.
    if (['unauthorized', 'rate_limited', 'html_answer'].includes(failure.reason)) throw failure;
    throw new TestFailure('model_required', { cause: failure });
  }
  const picked = pickModel(run.found.models, run.options.mode);
  if (picked !== undefined) return picked;
  skipToAnswer(run);
  throw new TestFailure('model_required');
}

function skipToAnswer(run: Run): void {
  run.awaitsAnswer = true;
  completeFirstByte(run);
}

async function addModels(run: Run): Promise<void> {
  if (run.probe.remainingMs < MIN_CALL_MS) return;
  run.found.models = await listModels(run.probe, LIST_TIMEOUT_MS).catch(() => []);
}

/** The total deadline, named after what it cut short. */
function inItsStep(failure: TestFailure, run: Run): TestFailure {
  if (failure.reason !== 'total_timeout') return failure;
  const reasons: Partial<Record<string, TestReason>> = {
    resolve: 'dns',
    connect: 'connect_timeout',
    tls: 'connect_timeout',
    first_byte: 'headers_timeout',
  };
  const reason = reasons[run.steps.running ?? ''];
  return reason === undefined ? failure : new TestFailure(reason, { cause: failure.cause });
}

function resultOf({ options, found }: Run, failure: TestFailure | null): TestResult {
  return {
    type: 'result',
    ok: failure === null,
    latency_ms: found.latencyMs,
    reason: failure?.reason ?? null,
    message: failure?.message ?? null,
    http_status: failure?.httpStatus ?? null,
    allow_entry: options.revealAllowEntry === true ? (failure?.allowEntry ?? null) : null,
    models: found.models,
    streaming: found.streaming,
    usage: found.usage,
  };
}
