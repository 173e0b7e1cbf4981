import type { JsonObject } from '../../definition.ts';
import { isObject, objectOf } from '../../json-values.ts';
import { RequestMappingError } from '../../mapping-errors.ts';
import type { ParameterReader } from '../../parameter-reader.ts';
import { geminiGeneration, isThirdGeneration } from './model-family.ts';

/** Tokens to think with, of models that take a budget: https://ai.google.dev/gemini-api/docs/openai#thinking */
const BUDGETS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
};

/** https://ai.google.dev/gemini-api/docs/thinking#levels; the newest models know no way not to think at all. */
const LEVELS: Readonly<Record<string, string>> = {
  none: 'minimal',
  minimal: 'minimal',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
};

/** Pro models cannot do without thinking; this is the least they take. */
const LEAST_PRO_BUDGET = 128;

/** What the compatible endpoint calls Google's own settings: `extra_body.google` of a request. */
function googleExtras(parameters: ParameterReader): JsonObject {
  return objectOf(objectOf(parameters.take('extra_body')).google);
}

/**
 * How much the model is to think. Thoughts are asked for whenever the caller speaks about thinking, except
 * when it wants none. Undefined: the model's own default.
 * @throws RequestMappingError on `reasoning_effort`
 */
export function thinkingConfig(model: string, parameters: ParameterReader): JsonObject | undefined {
  const own = googleExtras(parameters).thinking_config;
  if (isObject(own)) return fromOwnWords(own);
  // Other models do not think, or not at a caller's wish, and refuse the setting: it is reported as dropped.
  const generation = geminiGeneration(model);
  const hasLevels = isThirdGeneration(model);
  if (!hasLevels && (generation === null || generation < 2.5)) return undefined;
  const effort = parameters.take('reasoning_effort');
  if (effort === undefined) return undefined;
  const named = typeof effort === 'string' ? effort : '';
  const level = LEVELS[named];
  if (level === undefined) {
    const known = Object.keys(LEVELS).join(', ');
    throw new RequestMappingError('reasoning_effort', `reasoning_effort must be one of ${known}.`);
  }
  const includeThoughts = effort !== 'none';
  const isPro = /-pro\b/.test(model);
  if (hasLevels) return { thinkingLevel: isPro && level === 'minimal' ? 'low' : level, includeThoughts };
  const budget = BUDGETS[named] ?? 0;
  return { thinkingBudget: isPro ? Math.max(budget, LEAST_PRO_BUDGET) : budget, includeThoughts };
}

function fromOwnWords(own: JsonObject): JsonObject {
  const config: JsonObject = {};
  const names = {
    include_thoughts: 'includeThoughts',
    thinking_budget: 'thinkingBudget',
    thinking_level: 'thinkingLevel',
  };
  for (const [theirs, native] of Object.entries(names)) {
    const value = own[theirs] ?? own[native];
    if (value !== undefined && value !== null) config[native] = value;
  }
  return config;
}
