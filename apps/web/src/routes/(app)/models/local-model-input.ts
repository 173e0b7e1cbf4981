import type {
  createLocalModelInputSchema,
  LocalModel,
  ModelType,
  testLocalModelInputSchema,
  updateLocalModelInputSchema,
} from '@aigc/shared/schemas/models';
import type { TestResult } from '@aigc/shared/schemas/connection-test';
import { usualEndpoint } from '@aigc/shared/model-endpoints';
import { resolveEndpoint, type ResolvedEndpoint } from '@aigc/shared/resolve-endpoint';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { z } from 'zod';

/** What the form's fields hold, as typed. */
export interface LocalModelFields {
  name: string;
  baseUrl: string;
  apiKey: string;
  removeKey: boolean;
  upstreamModel: string;
  type: ModelType;
  isApiEnabled: boolean;
}

/** The fields of a form that has just been opened. A saved key is never among them. */
export function initialFields(saved: LocalModel | undefined): LocalModelFields {
  return {
    name: saved?.name ?? '',
    baseUrl: saved?.base_url ?? '',
    apiKey: '',
    removeKey: false,
    upstreamModel: saved?.upstream_model ?? '',
    type: saved?.type ?? 'language',
    isApiEnabled: saved?.is_api_enabled ?? true,
  };
}

/** The address that would be called. */
export function resolvedAddress({ baseUrl, type }: LocalModelFields): ResolvedEndpoint {
  return resolveEndpoint(baseUrl, usualEndpoint(type));
}

/** Whether the address leads to another server than the one that the saved key was entered for. */
export function needsKeyAgain(fields: LocalModelFields, saved: LocalModel | undefined): boolean {
  if (!saved?.has_api_key || fields.removeKey || fields.apiKey.trim() !== '') return false;
  const now = originOf(fields.baseUrl);
  return now !== undefined && now !== originOf(saved.base_url);
}

/** What says which connection was tested: a result counts only while this stays the same. */
export function testedConnection(fields: LocalModelFields): string {
  const { baseUrl, apiKey, removeKey, type } = fields;
  return JSON.stringify([baseUrl.trim(), apiKey.trim(), removeKey, calledModel(fields), type]);
}

/** The id that is sent to the server: its own, or else the name. */
export function calledModel({ name, upstreamModel }: LocalModelFields): string {
  return upstreamModel.trim() || name.trim();
}

export function testInput(
  fields: LocalModelFields,
  saved: LocalModel | undefined,
): z.input<typeof testLocalModelInputSchema> {
  return {
    ...(saved ? { id: saved.id } : {}),
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    // A saved model's own test is one with what is saved: only then the server keeps its result.
    upstream_model:
      fields.upstreamModel.trim() ||
      (saved?.name === fields.name.trim() ? null : calledModel(fields) || null),
    type: fields.type,
  };
}

export function createInput(
  fields: LocalModelFields,
  test: TestResult | undefined,
): z.input<typeof createLocalModelInputSchema> {
  return {
    name: fields.name.trim(),
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    upstream_model: fields.upstreamModel.trim() || null,
    type: fields.type,
    ...(test ? { last_test: { ok: test.ok, latency_ms: test.latency_ms, reason: test.reason } } : {}),
  };
}

export function updateInput(
  fields: LocalModelFields,
  id: number,
): z.input<typeof updateLocalModelInputSchema> {
  return {
    id,
    name: fields.name.trim(),
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    upstream_model: fields.upstreamModel.trim() || null,
    type: fields.type,
    is_api_enabled: fields.isApiEnabled,
  };
}

/** A key left out stays; an empty one removes it. */
function keyInput({ apiKey, removeKey }: LocalModelFields): { api_key?: string } {
  const key = apiKey.trim();
  if (key !== '') return { api_key: key };
  return removeKey ? { api_key: '' } : {};
}

function originOf(address: string): string | undefined {
  const parsed = parseUpstreamUrl(address.trim());
  return parsed.ok ? parsed.url.origin : undefined;
}
