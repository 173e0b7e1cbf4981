/** How the values of several workers become one line: added, the largest, the smallest, or a line for each worker. */
export type Across = 'sum' | 'max' | 'min' | 'each';

export interface MetricDefinition {
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  /** Without `worker`, which lines of `each` get beside these. */
  labels: readonly string[];
  across: Across;
}

const CALL = ['model', 'provider'] as const;

/** Upper bounds in seconds; `+Inf` follows. From a cached embedding to an answer that was reasoned about. */
export const BUCKETS_SECONDS = [
  0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600,
] as const;

/** Every metric there is, in the order in which they are shown. */
export const METRICS = {
  aigc_calls_total: {
    type: 'counter',
    help: 'Calls that have ended, by how they ended.',
    labels: [...CALL, 'status', 'code'],
    across: 'sum',
  },
  aigc_call_duration_seconds: {
    type: 'histogram',
    help: 'From the arrival of a request to the end of its call.',
    labels: CALL,
    across: 'sum',
  },
  aigc_time_to_first_token_seconds: {
    type: 'histogram',
    help: 'From the arrival of a request to the first token of its stream.',
    labels: CALL,
    across: 'sum',
  },
  aigc_tokens_total: {
    type: 'counter',
    help: 'Tokens of ended calls. Cached ones are among those of the input, reasoning among those of the output.',
    labels: [...CALL, 'kind'],
    across: 'sum',
  },
  aigc_estimated_calls_total: {
    type: 'counter',
    help: 'Calls whose tokens were counted here, because their upstream reported none.',
    labels: CALL,
    across: 'sum',
  },
  aigc_cost_total: {
    type: 'counter',
    help: 'What calls were billed, in the currency of the installation.',
    labels: CALL,
    across: 'sum',
  },
  aigc_refused_requests_total: {
    type: 'counter',
    help: 'Requests to the OpenAI-compatible API that were refused before an upstream was asked.',
    labels: ['code'],
    across: 'sum',
  },
  aigc_limit_refusals_total: {
    type: 'counter',
    help: 'Refused calls by the limit that had no room and by whose limit it is.',
    labels: ['limit', 'subject'],
    across: 'sum',
  },
  aigc_upstream_attempts_total: {
    type: 'counter',
    help: 'Attempts of calls at upstreams, by the error code they failed with; none for those that were answered.',
    labels: ['upstream_model', 'provider', 'error'],
    across: 'sum',
  },
  aigc_upstream_breaker_state: {
    type: 'gauge',
    help: 'Whether calls are kept away from an upstream: 0 no, 1 but for one that shows whether it has recovered, 2 yes.',
    labels: ['upstream_model', 'provider'],
    across: 'each',
  },
  aigc_running_calls: {
    type: 'gauge',
    help: 'Requests to the OpenAI-compatible API that are not answered, or not settled, yet.',
    labels: [],
    across: 'sum',
  },
  aigc_outbound_failures_total: {
    type: 'counter',
    help: 'Failed requests to upstreams, those of tests included.',
    labels: ['reason', 'trust'],
    across: 'sum',
  },
  aigc_journal_undrained_records: {
    type: 'gauge',
    help: 'Settled calls on disk that are not in PostgreSQL yet.',
    labels: [],
    across: 'sum',
  },
  aigc_journal_undrained_bytes: {
    type: 'gauge',
    help: 'Bytes of the journal that are not in PostgreSQL yet.',
    labels: [],
    across: 'sum',
  },
  aigc_journal_oldest_undrained_seconds: {
    type: 'gauge',
    help: 'How long the oldest settled call waits for PostgreSQL.',
    labels: [],
    across: 'max',
  },
  aigc_journal_accepts_calls: {
    type: 'gauge',
    help: '1: settlements can be made durable. 0: a worker refuses new calls.',
    labels: [],
    across: 'min',
  },
  aigc_journal_quarantined_total: {
    type: 'counter',
    help: 'Settlements that PostgreSQL refused and that were set aside.',
    labels: [],
    across: 'sum',
  },
  aigc_call_bodies_total: {
    type: 'counter',
    help: 'Calls whose request and answer were to be kept: written, or dropped for want of room.',
    labels: ['result'],
    across: 'sum',
  },
  aigc_call_bodies_waiting_bytes: {
    type: 'gauge',
    help: 'Requests and answers in memory that are not written yet, those of running calls included.',
    labels: [],
    across: 'sum',
  },
  aigc_leases: {
    type: 'gauge',
    help: 'Accounts and budgets that spending power is held for.',
    labels: [],
    across: 'sum',
  },
  aigc_leases_idle: {
    type: 'gauge',
    help: 'Spending power that no running call uses, in the currency of the installation.',
    labels: [],
    across: 'sum',
  },
  aigc_snapshot_age_seconds: {
    type: 'gauge',
    help: 'Since keys and models in memory were last known to be current.',
    labels: [],
    across: 'max',
  },
  aigc_database_up: {
    type: 'gauge',
    help: '1: PostgreSQL answered the process that was asked for metrics within a second.',
    labels: [],
    across: 'min',
  },
  aigc_database_answer_seconds: {
    type: 'gauge',
    help: 'How long PostgreSQL took to answer that question, connecting included.',
    labels: [],
    across: 'max',
  },
  aigc_draining: {
    type: 'gauge',
    help: '1: a worker ends and takes no new work.',
    labels: [],
    across: 'max',
  },
  aigc_workers: {
    type: 'gauge',
    help: 'Processes that serve and answered for this report.',
    labels: [],
    across: 'sum',
  },
  aigc_event_loop_delay_seconds: {
    type: 'gauge',
    help: 'How late timers were since the last report, or the five seconds before it.',
    labels: ['quantile'],
    across: 'each',
  },
  aigc_event_loop_utilization_ratio: {
    type: 'gauge',
    help: 'Share of time in which the event loop was busy, over the same time.',
    labels: [],
    across: 'each',
  },
  aigc_process_cpu_seconds_total: {
    type: 'counter',
    help: 'CPU time of the processes that serve, in user and system mode.',
    labels: ['mode'],
    across: 'sum',
  },
  aigc_process_resident_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory.',
    labels: [],
    across: 'each',
  },
  aigc_process_heap_used_bytes: {
    type: 'gauge',
    help: 'Heap of JavaScript that is in use.',
    labels: [],
    across: 'each',
  },
  aigc_process_external_memory_bytes: {
    type: 'gauge',
    help: 'Memory outside of the heap that JavaScript holds on to, buffers included.',
    labels: [],
    across: 'each',
  },
  aigc_process_start_time_seconds: {
    type: 'gauge',
    help: 'When the process was started, in seconds since 1970.',
    labels: [],
    across: 'each',
  },
  aigc_build_info: {
    type: 'gauge',
    help: 'Always 1; the labels say what runs.',
    labels: ['version', 'node'],
    across: 'max',
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
