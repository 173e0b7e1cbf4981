import type { EndpointMapping, JsonObject, ParameterReport } from '@aigc/providers/definition';
import { openAiCompatible } from '@aigc/providers/openai-compatible';
import { AppError } from '@aigc/shared/errors';
import { scanAnswer } from '../body/scan-body.ts';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import type { Carriage, WholeAnswer } from './carriage.ts';
import { JsonAnswer, notAnAnswer, scanWhole } from './json-answer.ts';
import { answerFault, requestFault } from './mapping-faults.ts';

/** For upstreams that make embeddings, but not in OpenAI's form. */
export class CarriedEmbeddings implements Carriage {
  readonly endpoint = 'embeddings';
  parameters: ParameterReport | null = null;
  readonly #request: ParsedRequest;
  readonly #model: ResolvedModel;
  readonly #mapping: EndpointMapping;

  constructor(request: ParsedRequest, model: ResolvedModel, mapping: EndpointMapping) {
    this.#request = request;
    this.#model = model;
    this.#mapping = mapping;
  }

  request() {
    const { target, entry } = this.#model;
    try {
      const { body, parameters, ...address } = this.#mapping.request(this.#asked, {
        target,
        isStream: false,
        maxOutputTokens: null,
      });
      this.parameters = parameters;
      return { ...address, body: [Buffer.from(JSON.stringify(body))] };
    } catch (cause) {
      throw requestFault(cause, entry.title);
    }
  }

  readAnswer(bytes: Buffer, contentType: string): WholeAnswer {
    const { target } = this.#model;
    const said = scanWhole(bytes, contentType);
    if (said === null) throw notAnAnswer(null, 'no object', this.#model);
    try {
      const answer = this.#mapping.answer(said.value(), { target, request: this.#asked });
      return new JsonAnswer(scanAnswer(Buffer.from(JSON.stringify(answer))), openAiCompatible);
    } catch (cause) {
      throw answerFault(cause, target.apiKey);
    }
  }

  openTap(): never {
    throw noStream();
  }

  openTapOfWhole(): never {
    throw noStream();
  }

  get #asked(): JsonObject {
    return this.#request.body.value();
  }
}

function noStream(): AppError {
  return new AppError('invalid_field', 'stream must be false here.', { param: 'stream' });
}
