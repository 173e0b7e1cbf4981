/** The parameters as typed; an empty one is left to the model. */
export interface Parameters {
  temperature: string;
  topP: string;
  maxTokens: string;
}

export type ParameterName = keyof Parameters;

export const noParameters: Parameters = { temperature: '', topP: '', maxTokens: '' };

/** The names of parameters that cannot be sent as they are. */
export function invalidParameters(parameters: Parameters): ParameterName[] {
  const { temperature, topP, maxTokens } = parameters;
  const invalid: ParameterName[] = [];
  if (!isEmptyOrBetween(temperature, 0, 2)) invalid.push('temperature');
  if (!isEmptyOrBetween(topP, 0, 1)) invalid.push('topP');
  if (maxTokens.trim() !== '' && !/^[1-9]\d{0,7}$/.test(maxTokens.trim())) invalid.push('maxTokens');
  return invalid;
}

/** The parameters as fields of a request. They must be valid. */
export function parameterFields(parameters: Parameters): Record<string, number> {
  const fields: Record<string, number> = {};
  if (parameters.temperature.trim() !== '') fields['temperature'] = Number(parameters.temperature);
  if (parameters.topP.trim() !== '') fields['top_p'] = Number(parameters.topP);
  if (parameters.maxTokens.trim() !== '') fields['max_tokens'] = Number(parameters.maxTokens);
  return fields;
}

function isEmptyOrBetween(text: string, least: number, most: number): boolean {
  const trimmed = text.trim();
  if (trimmed === '') return true;
  return /^\d{1,3}(\.\d{1,6})?$/.test(trimmed) && Number(trimmed) >= least && Number(trimmed) <= most;
}
