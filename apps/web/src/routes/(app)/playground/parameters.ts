/** The parameters as typed; an empty one is left to the model. */
export interface Parameters {
  temperature: string;
  topP: string;
  maxTokens: string;
  /** One a line, four at most. */
  stop: string;
  seed: string;
  presencePenalty: string;
  frequencyPenalty: string;
  /** `json`: the answer must be a JSON object. */
  format: '' | 'json';
  reasoningEffort: '' | 'minimal' | 'low' | 'medium' | 'high';
}

export type ParameterName = keyof Parameters;

export const noParameters: Parameters = {
  temperature: '',
  topP: '',
  maxTokens: '',
  stop: '',
  seed: '',
  presencePenalty: '',
  frequencyPenalty: '',
  format: '',
  reasoningEffort: '',
};

/** The field of a request that each becomes. */
export const parameterField = {
  temperature: 'temperature',
  topP: 'top_p',
  maxTokens: 'max_tokens',
  stop: 'stop',
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  format: 'response_format',
  reasoningEffort: 'reasoning_effort',
} as const satisfies Record<ParameterName, string>;

const maxStops = 4;

/** The names of parameters that cannot be sent as they are. */
export function invalidParameters(parameters: Parameters): ParameterName[] {
  const { temperature, topP, maxTokens, stop, seed, presencePenalty, frequencyPenalty } = parameters;
  const invalid: ParameterName[] = [];
  if (!isEmptyOrBetween(temperature, 0, 2)) invalid.push('temperature');
  if (!isEmptyOrBetween(topP, 0, 1)) invalid.push('topP');
  if (maxTokens.trim() !== '' && !/^[1-9]\d{0,7}$/.test(maxTokens.trim())) invalid.push('maxTokens');
  if (stops(stop).length > maxStops) invalid.push('stop');
  if (seed.trim() !== '' && !/^-?\d{1,15}$/.test(seed.trim())) invalid.push('seed');
  if (!isEmptyOrBetween(presencePenalty, -2, 2)) invalid.push('presencePenalty');
  if (!isEmptyOrBetween(frequencyPenalty, -2, 2)) invalid.push('frequencyPenalty');
  return invalid;
}

/** The parameters as fields of a request. They must be valid. */
export function parameterFields(parameters: Parameters): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const name of [
    'temperature',
    'topP',
    'maxTokens',
    'seed',
    'presencePenalty',
    'frequencyPenalty',
  ] as const) {
    if (parameters[name].trim() !== '') fields[parameterField[name]] = Number(parameters[name]);
  }
  const stop = stops(parameters.stop);
  if (stop.length > 0) fields['stop'] = stop;
  if (parameters.format === 'json') fields['response_format'] = { type: 'json_object' };
  if (parameters.reasoningEffort !== '') fields['reasoning_effort'] = parameters.reasoningEffort;
  return fields;
}

/** How many are set. */
export function setParameters(parameters: Parameters): number {
  return Object.values(parameters).filter((value: string) => value.trim() !== '').length;
}

/** Each line one, as it stands: a space may be meant. */
function stops(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function isEmptyOrBetween(text: string, least: number, most: number): boolean {
  const trimmed = text.trim();
  if (trimmed === '') return true;
  return /^-?\d{1,3}(\.\d{1,6})?$/.test(trimmed) && Number(trimmed) >= least && Number(trimmed) <= most;
}
