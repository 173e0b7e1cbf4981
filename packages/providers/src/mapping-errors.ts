/** A request that a dialect or a protocol cannot carry. Its caller is told, with status 400. */
export class RequestMappingError extends Error {
  /** The request's member at fault, e.g. `messages[2].content`. */
  readonly param: string;

  constructor(param: string, message: string) {
    super(message);
    this.name = 'RequestMappingError';
    this.param = param;
  }
}

/** An upstream's answer, or an event of its stream, that is an error or is not in its dialect's form. */
export class UpstreamAnswerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UpstreamAnswerError';
  }
}

/** A provider's secret that cannot be used, or was refused: says which part of it, and where to mend it. */
export class CredentialError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CredentialError';
  }
}
