import type { ModelEntry } from '@aigc/core/snapshot/snapshot';
import { AppError } from '@aigc/shared/errors';
import { servesEndpoint, usualEndpoint } from '@aigc/shared/model-endpoints';
import type { GatewayDeps } from '../gateway-deps.ts';
import type { Parsed, ParsedRequest, Resolved } from './contexts.ts';
import { fallbacksFor, prepareFirst, upstreamsFor } from './find-candidates.ts';

function notFound(title: string): AppError {
  const name = title.slice(0, 100).toWellFormed();
  return new AppError('model_not_found', `The model "${name}" does not exist or is not available to you.`, {
    param: 'model',
  });
}

/** The model an administrator made active for calls that name none. */
function activeModel({ snapshot }: Pick<GatewayDeps, 'snapshot'>, request: ParsedRequest): ModelEntry {
  const isChat = servesEndpoint('language', request.endpoint);
  const role = request.hasImage ? 'vision' : 'language';
  const entry = isChat ? snapshot.activeModel(role) : null;
  if (entry !== null) return entry;
  const why = isChat ? ` No active ${role} model is set.` : '';
  throw new AppError('missing_field', `model is required.${why}`, { param: 'model' });
}

function requireRight(entry: ModelEntry, { request, caller }: Parsed): void {
  const allowed = caller.key?.allowedModels ?? null;
  if (allowed !== null && !allowed.has(entry.title)) {
    throw new AppError('model_not_allowed', `This API key may not call the model "${entry.title}".`, {
      param: 'model',
    });
  }
  if (!servesEndpoint(entry.type, request.endpoint)) {
    throw new AppError(
      'invalid_field',
      `The model "${entry.title}" is of type ${entry.type}: it is called at ${usualEndpoint(entry.type)}, not at ${request.endpoint}.`,
      { param: 'model' },
    );
  }
  if (!entry.isApiEnabled) {
    throw new AppError('model_api_disabled', `The model "${entry.title}" is not enabled for API calls.`, {
      param: 'model',
    });
  }
  if (!entry.isLocal && entry.price === null) {
    throw new AppError(
      'model_not_priced',
      `The model "${entry.title}" has no price yet; an administrator must set one.`,
      { param: 'model' },
    );
  }
}

function resolve(deps: GatewayDeps, parsed: Parsed, entry: ModelEntry | null): Resolved {
  const upstreams = entry === null ? [] : upstreamsFor(parsed, entry);
  const [first, ...others] = upstreams;
  if (entry === null || first === undefined) throw notFound(parsed.request.model ?? '');
  requireRight(entry, parsed);
  const model = prepareFirst(deps, parsed, { entry, upstreams: [first, ...others] });
  return { ...parsed, model, upstreams, fallbacks: fallbacksFor(deps, parsed, model) };
}

/**
 * Adds the model, its price at this moment and where it is called, if the caller has the right to it. At once
 * if memory knows the model.
 */
export function resolveModel(deps: GatewayDeps, parsed: Parsed): Resolved | Promise<Resolved> {
  const { model: title } = parsed.request;
  if (title === null) return resolve(deps, parsed, activeModel(deps, parsed.request));
  const entry = deps.snapshot.findModel(title, parsed.caller.user.id);
  return entry instanceof Promise
    ? entry.then((found) => resolve(deps, parsed, found))
    : resolve(deps, parsed, entry);
}
