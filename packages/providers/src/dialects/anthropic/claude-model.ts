/** Where a Claude model is reached: platforms have not everything at the same time. */
export type ClaudePlatform = 'anthropic' | 'vertex';

/** What a model behind the Messages API can be asked for. */
export interface ClaudeModel {
  /**
   * How it is told to think: not at all, with a budget of tokens, by its own judgement, or by its own judgement
   * without a way to turn that off.
   */
  thinking: 'none' | 'budget' | 'adaptive' | 'always';
  /** The effort that stands for `xhigh`. */
  highestEffort: 'high' | 'xhigh';
  /** Thinking can be asked for in a readable form. */
  hasThinkingDisplay: boolean;
  /** False: `temperature`, `top_p` and `top_k` are refused. */
  takesSampling: boolean;
  /** False: `temperature` and `top_p` may not come together. */
  takesBothSamplings: boolean;
  /** Answers can be bound to a JSON schema. */
  hasStructuredOutputs: boolean;
  /** Every model of its kind can write this many tokens. */
  outputTokens: number;
}

/** Other vendors' models behind the same API: the features that it had from the beginning. */
const OTHER: ClaudeModel = {
  thinking: 'budget',
  highestEffort: 'high',
  hasThinkingDisplay: false,
  takesSampling: true,
  takesBothSamplings: true,
  hasStructuredOutputs: false,
  outputTokens: 8192,
};

/** Models without a number are previews of what is newest. */
const NEWEST = 99;

/**
 * The generation in a model's name as a number: `claude-3-7-sonnet-…` is 3.7, `claude-opus-4-1@20250805` is 4.1.
 * Undefined: it is no Claude.
 */
function generationOf(model: string): number | undefined {
  const start = model.toLowerCase().lastIndexOf('claude-');
  if (start === -1) return undefined;
  const words = model.slice(start).split(/[-.@:]/);
  const at = words.findIndex((word) => /^\d{1,2}$/.test(word));
  if (at === -1) return NEWEST;
  const next = words[at + 1];
  const minor = next !== undefined && /^\d$/.test(next) ? next : '0';
  return Number(`${words[at]}.${minor}`);
}

/** Families that always think: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking */
function alwaysThinks(model: string): boolean {
  return /claude-(fable|mythos)/i.test(model);
}

function outputTokensOf(generation: number): number {
  if (generation < 3.5) return 4096;
  // Newer models can write more; what they may write is for an administrator to say.
  return generation < 3.7 ? 8192 : 32_000;
}

/** What is published about a model, by its name; a model newer than this table counts as one of the newest in it. */
export function claudeModel(model: string, platform: ClaudePlatform = 'anthropic'): ClaudeModel {
  const generation = generationOf(model);
  if (generation === undefined) return OTHER;
  const adaptive = alwaysThinks(model) ? 'always' : 'adaptive';
  return {
    thinking: generation < 3.7 ? 'none' : generation < 4.6 ? 'budget' : adaptive,
    highestEffort: generation < 4.7 ? 'high' : 'xhigh',
    hasThinkingDisplay: generation >= 4.7,
    takesSampling: generation < 4.7,
    takesBothSamplings: generation < 4.1,
    hasStructuredOutputs: generation >= (platform === 'vertex' ? 4.6 : 4.5),
    outputTokens: outputTokensOf(generation),
  };
}
