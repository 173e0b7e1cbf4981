import type { BegunCall } from '@aigc/core/calls/call';
import type { Authenticated, ParsedRequest, ResolvedModel } from './contexts.ts';

/** What is known of a call before the upstream is asked; a refused one may know neither request nor model. */
export function describeCall(
  context: Authenticated,
  request: ParsedRequest | null,
  model: ResolvedModel | null,
): BegunCall {
  const { user, key, organisationId, projectId } = context.caller;
  const entry = model?.entry ?? null;
  return {
    requestId: context.requestId,
    userId: user.id,
    organisationId,
    projectId,
    apiKeyId: key === null ? null : key.id,
    modelId: entry === null ? null : entry.id,
    modelName: entry === null ? (request?.model ?? '') : entry.title,
    provider: model === null ? null : model.upstream.provider,
    endpoint: context.route,
    source: context.source,
    isLocal: entry !== null && entry.isLocal,
    isStream: request !== null && request.isStream,
    // Absent in most calls: their records stay as short as they were.
    isOwnKey: model === null || model.ownKey === null ? undefined : true,
    price: entry === null || entry.price === null ? null : entry.price.stored,
    requestIp: context.clientIp,
    createdAt: context.createdAt,
  };
}
