import type { BegunCall, CallOutcome } from '@aigc/core/calls/call';
import type { ErrorCode } from '@aigc/shared/errors';
import { fromUnits } from '@aigc/shared/money-units';
import { DurationHistogram } from './duration-histogram.ts';
import { LabelledCounter } from './labelled-counter.ts';
import { MoneySum } from './money-sum.ts';
import type { Sample, Samples, SampleValue } from './report.ts';

/** What had no room: a rate limit, or money. */
export type LimitKind = 'requests' | 'tokens' | 'concurrency' | 'balance' | 'budget';

/** Titles are given by administrators, who rename and delete: without a bound, every one that ever was would stay. */
const MOST_MODELS = 1_000;
/** Titles of users' own models are private, and nobody bounds how many there are. */
const LOCAL = ['local', 'local'] as const;
/** Everything beyond that bound. */
const OTHER = ['other', 'other'] as const;

const OTHER_KEY = JSON.stringify(OTHER);

/** Everything that is counted of one model's calls. */
class ModelMetrics {
  readonly model: string;
  readonly provider: string;
  succeeded = 0;
  /** By error code, of which the catalogue has few. */
  readonly failed = new Map<string, number>();
  inputTokens = 0;
  outputTokens = 0;
  cachedTokens = 0;
  reasoningTokens = 0;
  estimated = 0;
  readonly cost = new MoneySum();
  readonly duration = new DurationHistogram();
  readonly timeToFirstToken = new DurationHistogram();

  constructor(model: string, provider: string) {
    this.model = model;
    this.provider = provider;
  }
}

/** Counts calls. Recording one is a look-up and some additions; all text is made when somebody asks for it. */
export class CallMetrics {
  readonly #byLabels = new Map<string, ModelMetrics>();
  /** The same, by the id of the model as it is called and served now. */
  readonly #byModelId = new Map<number, { title: string; provider: string | null; metrics: ModelMetrics }>();
  readonly #local = this.#named(...LOCAL);
  readonly #refused = new LabelledCounter();
  readonly #limits = new LabelledCounter();

  /** Notes a call that has begun and is over, as it is entered in the books. */
  ended(call: BegunCall, outcome: CallOutcome): void {
    const metrics = this.#metricsOf(call);
    const { usage, errorCode } = outcome;
    if (errorCode === null) metrics.succeeded += 1;
    else metrics.failed.set(errorCode, (metrics.failed.get(errorCode) ?? 0) + 1);
    metrics.inputTokens += usage.inputTokens;
    metrics.outputTokens += usage.outputTokens;
    metrics.cachedTokens += usage.cachedTokens;
    metrics.reasoningTokens += usage.reasoningTokens;
    if (usage.estimated) metrics.estimated += 1;
    metrics.cost.add(outcome.bill);
    if (outcome.latencyMs !== null) metrics.duration.observe(outcome.latencyMs);
    if (outcome.ttftMs !== null) metrics.timeToFirstToken.observe(outcome.ttftMs);
  }

  /** Notes a request that was refused before its call began. Titles are not noted: anybody can ask for any. */
  refused(code: ErrorCode): void {
    this.#refused.add(code);
  }

  /** Notes whose limit had no room for a call. */
  limited(limit: LimitKind, subject: string): void {
    this.#limits.add(limit, subject);
  }

  get samples(): Samples {
    const all = [...this.#byLabels.values()];
    const each = (value: (metrics: ModelMetrics) => SampleValue): Sample[] =>
      all.map((metrics) => ({ labels: [metrics.model, metrics.provider], value: value(metrics) }));
    return {
      aigc_calls_total: all.flatMap(endings),
      aigc_call_duration_seconds: each(({ duration }) => duration.value),
      aigc_time_to_first_token_seconds: each(({ timeToFirstToken }) => timeToFirstToken.value),
      aigc_tokens_total: all.flatMap(tokens),
      aigc_estimated_calls_total: each(({ estimated }) => estimated),
      aigc_cost_total: each(({ cost }) => fromUnits(cost.total)),
      aigc_refused_requests_total: this.#refused.samples,
      aigc_limit_refusals_total: this.#limits.samples,
    };
  }

  #metricsOf({ modelId, modelName, provider, isLocal }: BegunCall): ModelMetrics {
    if (isLocal || modelId === null) return this.#local;
    const known = this.#byModelId.get(modelId);
    if (known !== undefined && known.title === modelName && known.provider === provider) return known.metrics;
    const metrics = this.#named(modelName, provider ?? '');
    this.#byModelId.set(modelId, { title: modelName, provider, metrics });
    return metrics;
  }

  #named(model: string, provider: string): ModelMetrics {
    const key = JSON.stringify([model, provider]);
    const known = this.#byLabels.get(key);
    if (known !== undefined) return known;
    if (this.#byLabels.size >= MOST_MODELS && key !== OTHER_KEY) return this.#named(...OTHER);
    const metrics = new ModelMetrics(model, provider);
    this.#byLabels.set(key, metrics);
    return metrics;
  }
}

function endings({ model, provider, succeeded, failed }: ModelMetrics): Sample[] {
  return [
    { labels: [model, provider, 'success', ''], value: succeeded },
    ...[...failed].map(([code, count]) => ({ labels: [model, provider, 'failed', code], value: count })),
  ];
}

function tokens(metrics: ModelMetrics): Sample[] {
  const { model, provider } = metrics;
  return [
    { labels: [model, provider, 'input'], value: metrics.inputTokens },
    { labels: [model, provider, 'output'], value: metrics.outputTokens },
    { labels: [model, provider, 'cached'], value: metrics.cachedTokens },
    { labels: [model, provider, 'reasoning'], value: metrics.reasoningTokens },
  ];
}
