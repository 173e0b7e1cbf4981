/** A call that gave no answer, or only a part of one, in the API's own words. */
export class ChatFailure extends Error {
  /** A code of the error catalogue, an upstream's own, or `offline` when nothing came back at all. */
  readonly code: string;
  readonly requestId: string | undefined;

  constructor(code: string, message: string, requestId?: string) {
    super(message);
    this.name = 'ChatFailure';
    this.code = code;
    this.requestId = requestId;
  }
}
