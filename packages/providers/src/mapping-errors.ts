import { describeReason, type Reason } from '@aigc/shared/reasons';

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
  /** The same as data, for other languages; a plug-in may have none. */
  readonly reason: Reason | undefined;

  constructor(said: string | Reason) {
    super(typeof said === 'string' ? said : describeReason(said));
    this.name = 'CredentialError';
    this.reason = typeof said === 'string' ? undefined : said;
  }
}
