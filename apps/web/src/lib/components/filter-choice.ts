/** A filter of a few values, its state in the URL. */
export interface FilterChoice {
  /** The parameter. */
  name: string;
  label: string;
  /** The first one, with an empty value, means "any". */
  options: readonly { value: string; label: string }[];
  /** What an absent parameter means; that value is left out of the URL. */
  fallback?: string;
}

/** The value chosen in this address; an absent parameter is the fallback. */
export function chosenValue(
  params: Pick<URLSearchParams, 'get'>,
  { name, fallback = '' }: FilterChoice,
): string {
  return params.get(name) ?? fallback;
}

/** The change of the address that a choice means. */
export function choiceChange(
  { name, fallback = '' }: FilterChoice,
  value: string,
): Record<string, string | null> {
  return { [name]: value === fallback ? null : value };
}
