import { resolveEndpoint, type ResolvedEndpoint } from '@aigc/shared/resolve-endpoint';
import type {
  createProviderInputSchema,
  Provider,
  ProviderPreset,
  testProviderInputSchema,
  updateProviderInputSchema,
} from '@aigc/shared/schemas/providers';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { z } from 'zod';
import { chats } from '#lib/models/model-state.ts';

/** What the form's fields hold, as typed. */
export interface ProviderFields {
  name: string;
  baseUrl: string;
  apiKey: string;
  removeKey: boolean;
  /** Titles of the preset's models that are to be added. */
  models: string[];
  /** The model a test calls. */
  testModel: string;
}

export interface ProviderSubject {
  /** The one that is edited; undefined: a new one. */
  saved?: Provider | undefined;
  /** What a new one starts from; undefined: an address of one's own. */
  preset?: ProviderPreset | undefined;
}

/** The fields of a form that has just been opened. A saved key is never among them. */
export function initialFields(
  { saved, preset }: ProviderSubject,
  takenTitles: ReadonlySet<string>,
): ProviderFields {
  const free = preset?.models.filter((model) => !takenTitles.has(model.title)) ?? [];
  return {
    name: saved?.name ?? preset?.name ?? '',
    baseUrl: saved?.base_url ?? preset?.base_url ?? '',
    apiKey: '',
    removeKey: false,
    models: saved ? [] : free.map((model) => model.title),
    testModel: saved ? '' : (preset?.models.find(chats)?.title ?? ''),
  };
}

/** The address that chats would be sent to. */
export function resolvedAddress({ baseUrl }: ProviderFields): ResolvedEndpoint {
  return resolveEndpoint(baseUrl, 'chat/completions');
}

/** Whether the address leads to another server than the one that the saved key was entered for. */
export function needsKeyAgain(fields: ProviderFields, saved: Provider | undefined): boolean {
  if (!saved?.has_api_key || fields.removeKey || fields.apiKey.trim() !== '') return false;
  const now = originOf(fields.baseUrl);
  return now !== undefined && now !== originOf(saved.base_url);
}

/** A preset's own server takes no call without a key; a proxy of it at another address may. */
export function needsKey(fields: ProviderFields, { saved, preset }: ProviderSubject): boolean {
  if (saved || !preset?.requires_key || fields.apiKey.trim() !== '') return false;
  return originOf(fields.baseUrl) === originOf(preset.base_url);
}

/** What says which connection was tested: a result counts only while this stays the same. */
export function testedConnection({ baseUrl, apiKey, removeKey, testModel }: ProviderFields): string {
  return JSON.stringify([baseUrl.trim(), apiKey.trim(), removeKey, testModel.trim()]);
}

export function testInput(
  fields: ProviderFields,
  { saved, preset }: ProviderSubject,
): z.input<typeof testProviderInputSchema> {
  return {
    ...(saved ? { id: saved.id } : { preset: preset?.id ?? null }),
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    upstream_model: fields.testModel.trim() || null,
  };
}

export function createInput(
  fields: ProviderFields,
  preset: ProviderPreset | undefined,
): z.input<typeof createProviderInputSchema> {
  return {
    name: fields.name.trim(),
    preset: preset?.id ?? null,
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    models: fields.models,
  };
}

export function updateInput(
  fields: ProviderFields,
  saved: Provider,
): z.input<typeof updateProviderInputSchema> {
  // The demo answers inside the server: it has neither address nor key to change.
  if (saved.is_demo) return { id: saved.id, name: fields.name.trim() };
  return { id: saved.id, name: fields.name.trim(), base_url: fields.baseUrl.trim(), ...keyInput(fields) };
}

/** A key left out stays; an empty one removes it. */
function keyInput({ apiKey, removeKey }: ProviderFields): { api_key?: string } {
  const key = apiKey.trim();
  if (key !== '') return { api_key: key };
  return removeKey ? { api_key: '' } : {};
}

function originOf(address: string): string | undefined {
  const parsed = parseUpstreamUrl(address.trim());
  return parsed.ok ? parsed.url.origin : undefined;
}
