export const overview = {
  title: 'Overview',
  range: (from: string, to: string, zone: string): string => `${from} – ${to} · ${zone}`,
  newKey: 'New key',
  // tiles
  calls: 'Calls',
  tokens: 'Tokens',
  tokensDetail: (input: string, output: string): string => `${input} input, ${output} output`,
  cost: 'Cost',
  success: 'Success',
  successPoints: (points: string): string => `${points} points`,
  firstToken: 'First token p50 / p95',
  latency: 'Duration p50 / p95',
  percentilesHint:
    'Of calls that succeeded. Half took less than the first figure, 95 % less than the second.',
  none: '–',
  // charts
  daily: { cost: 'Daily cost', calls: 'Daily calls', tokens: 'Daily tokens' },
  hourly: { cost: 'Hourly cost', calls: 'Hourly calls', tokens: 'Hourly tokens' },
  metric: 'Figure',
  metrics: { cost: 'Cost', calls: 'Calls', tokens: 'Tokens' },
  failures: 'Failures by reason',
  noFailures: 'No call failed in this period.',
  failureCalls: (count: string): string => `${count} calls`,
  showFailed: 'Show failed calls',
  balance: 'Balance',
  held: (amount: string): string => `${amount} set aside for calls`,
  toBilling: 'Ledger',
  latest: 'Latest calls',
  allCalls: 'All calls',
  // first run
  checklist: 'Get going',
  progress: (done: number, all: number): string => `${done} of ${all} done`,
  hideChecklist: 'Hide',
  steps: {
    provider: {
      title: 'Connect a provider',
      text: 'Choose from 13 presets or enter any OpenAI-compatible address. Until then the demo answers.',
      action: 'Connect',
    },
    local: {
      title: 'Add a local model',
      text: 'A model on your own machine, such as Ollama or vLLM. Only you can call it, free of charge.',
      action: 'Add model',
    },
    key: {
      title: 'Create an API key',
      text: 'Programs identify themselves with it. It is shown once.',
      action: 'Create key',
    },
    call: {
      title: 'Make your first call',
      text: 'Any OpenAI client works: change its base URL and key.',
      action: 'See how',
    },
  },
  stepDone: 'Done',
  stepOpen: 'To do',
  emptyTitle: 'No calls in this period',
  emptyText:
    'Any OpenAI client can call the models here. Paste this into a terminal, with a key of yours in OPENAI_API_KEY.',
  emptyNoModel:
    'There is no model that you could call yet. Add a local one, or ask an administrator for one.',
  emptyPeriod: 'There are calls before this period.',
};
