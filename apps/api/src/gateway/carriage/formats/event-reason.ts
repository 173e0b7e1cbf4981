import { isJsonObject, type JsonObject } from '../../body/parse-json-object.ts';

/** What an event says of a failure: `{error: {message}}`, or the message itself. */
export function reasonOf(event: JsonObject): string {
  const error = event.error ?? event;
  const message = isJsonObject(error) ? error.message : error;
  return typeof message === 'string' ? message : 'no reason given';
}
