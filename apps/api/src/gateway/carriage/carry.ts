import type { ClientProtocol } from '@aigc/providers/client-protocol';
import type { Endpoint, ProviderDefinition, UpstreamTarget } from '@aigc/providers/definition';
import { completionsProtocol } from '@aigc/providers/protocols/completions/protocol';
import { messagesProtocol } from '@aigc/providers/protocols/messages/protocol';
import { responsesProtocol } from '@aigc/providers/protocols/responses/protocol';
import { AppError } from '@aigc/shared/errors';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import type { Carriage } from './carriage.ts';
import { CarriedEmbeddings } from './carried-embeddings.ts';
import { CarriedOverChat } from './carried-over-chat.ts';
import { ANSWER_FORMATS } from './formats.ts';
import { FormCarriage } from './form-carriage.ts';
import { PassedCarriage } from './passed-carriage.ts';

/** APIs that are carried over chat completions where their own endpoint is not served. */
const PROTOCOLS: Partial<Record<Endpoint, ClientProtocol>> = {
  completions: completionsProtocol,
  messages: messagesProtocol,
  responses: responsesProtocol,
};

/** Whether requests of an endpoint can reach this upstream at all. */
export function canCarry(
  definition: ProviderDefinition,
  target: UpstreamTarget,
  endpoint: Endpoint,
): boolean {
  if (ANSWER_FORMATS[endpoint] !== undefined && definition.serves(endpoint, target)) return true;
  if (endpoint === 'embeddings') return definition.embeddings !== undefined;
  const isChat = endpoint === 'chat/completions' || PROTOCOLS[endpoint] !== undefined;
  return isChat && (definition.chat !== undefined || definition.serves('chat/completions', target));
}

/** @throws AppError `endpoint_not_supported` if requests of this endpoint cannot reach the model's upstream */
export function requireCarriage(
  { endpoint }: ParsedRequest,
  { definition, target, entry }: ResolvedModel,
): void {
  if (!canCarry(definition, target, endpoint)) throw notSupported(entry.title, endpoint);
}

function notSupported(title: string, endpoint: Endpoint): AppError {
  return new AppError('endpoint_not_supported', `The model "${title}" cannot be called at /v1/${endpoint}.`, {
    param: 'model',
  });
}

/** How a request is carried to a model's upstream. @throws AppError `endpoint_not_supported` */
export function carry(request: ParsedRequest, model: ResolvedModel, requestId: string): Carriage {
  const { endpoint } = request;
  const { definition, target } = model;
  const format = ANSWER_FORMATS[endpoint];
  if (format !== undefined && definition.serves(endpoint, target)) {
    const { form } = request;
    if (form !== undefined) return new FormCarriage({ ...request, form }, model, format);
    return new PassedCarriage(request, model, format);
  }
  if (endpoint === 'embeddings' && definition.embeddings !== undefined) {
    return new CarriedEmbeddings(request, model, definition.embeddings);
  }
  const protocol = endpoint === 'chat/completions' ? null : PROTOCOLS[endpoint];
  const mapping = definition.serves('chat/completions', target) ? null : definition.chat;
  if (protocol === undefined || mapping === undefined) {
    throw notSupported(model.entry.title, endpoint);
  }
  return new CarriedOverChat({ request, model, protocol, mapping, requestId });
}
