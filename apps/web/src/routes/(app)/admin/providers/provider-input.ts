import { resolveEndpoint, type ResolvedEndpoint } from '@aigc/shared/resolve-endpoint';
import type {
  createProviderInputSchema,
  Provider,
  ProviderDialect,
  ProviderPreset,
  testProviderInputSchema,
  updateProviderInputSchema,
} from '@aigc/shared/schemas/providers';
import { parseUpstreamUrl } from '@aigc/shared/upstream-url';
import type { z } from 'zod';
import { settingsInput, typedSettings, type TypedSettings } from '#lib/settings/setting-values.ts';
import { chats } from '#lib/models/model-state.ts';

/** What the form's fields hold, as typed. */
export interface ProviderFields {
  name: string;
  /** The id of the protocol that the address speaks. */
  dialect: string;
  baseUrl: string;
  apiKey: string;
  removeKey: boolean;
  /** What the dialect asks for beside address and key. */
  settings: TypedSettings;
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
  /** What an address of one's own speaks to begin with; undefined: OpenAI's protocol. */
  dialect?: string | undefined;
  dialects: readonly ProviderDialect[];
}

/** What most addresses speak. */
export const OPENAI_COMPATIBLE = 'openai-compatible';

/** The fields of a form that has just been opened. A saved key is never among them. */
export function initialFields(subject: ProviderSubject, takenTitles: ReadonlySet<string>): ProviderFields {
  const { saved, preset } = subject;
  const dialect = saved?.dialect ?? preset?.dialect ?? subject.dialect ?? OPENAI_COMPATIBLE;
  const chosen = dialectOf(subject, dialect);
  const form = chosen?.form;
  const free = preset?.models.filter((model) => !takenTitles.has(model.title)) ?? [];
  return {
    name: saved?.name ?? preset?.name ?? (subject.dialect ? (chosen?.label ?? '') : ''),
    dialect,
    baseUrl: saved?.base_url ?? preset?.base_url ?? form?.address?.default ?? '',
    apiKey: '',
    removeKey: false,
    settings: typedSettings(form?.settings ?? [], saved?.settings),
    models: saved ? [] : free.map((model) => model.title),
    testModel: saved ? '' : (preset?.models.find(chats)?.title ?? ''),
  };
}

/** The dialect of this id, if this server has it. */
export function dialectOf(
  { dialects }: Pick<ProviderSubject, 'dialects'>,
  id: string,
): ProviderDialect | undefined {
  return dialects.find((dialect) => dialect.id === id);
}

/** Fields for another dialect: its usual address unless one was typed, and settings of its own. */
export function chooseDialect(fields: ProviderFields, subject: ProviderSubject, id: string): void {
  const before = dialectOf(subject, fields.dialect)?.form.address?.default ?? '';
  const form = dialectOf(subject, id)?.form;
  if (fields.baseUrl.trim() === before) fields.baseUrl = form?.address?.default ?? '';
  fields.dialect = id;
  fields.settings = typedSettings(form?.settings ?? []);
}

/** The address that chats would be sent to, as far as it can be told from the address alone. */
export function resolvedAddress({ baseUrl, dialect }: ProviderFields): ResolvedEndpoint {
  if (dialect === OPENAI_COMPATIBLE) return resolveEndpoint(baseUrl, 'chat/completions');
  const parsed = parseUpstreamUrl(baseUrl.trim());
  return parsed.ok ? { ok: true, url: parsed.url.href } : parsed;
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
export function testedConnection(fields: ProviderFields): string {
  const { baseUrl, apiKey, removeKey, testModel, dialect, settings } = fields;
  return JSON.stringify([baseUrl.trim(), apiKey.trim(), removeKey, testModel.trim(), dialect, settings]);
}

export function testInput(
  fields: ProviderFields,
  subject: ProviderSubject,
): z.input<typeof testProviderInputSchema> {
  const { saved, preset } = subject;
  return {
    ...(saved ? { id: saved.id } : { preset: preset?.id ?? null, dialect: fields.dialect }),
    base_url: fields.baseUrl.trim(),
    settings: settingsOf(fields, subject),
    ...keyInput(fields),
    upstream_model: fields.testModel.trim() || null,
  };
}

export function createInput(
  fields: ProviderFields,
  subject: ProviderSubject,
): z.input<typeof createProviderInputSchema> {
  const { preset } = subject;
  return {
    name: fields.name.trim(),
    preset: preset?.id ?? null,
    ...(preset ? {} : { dialect: fields.dialect }),
    base_url: fields.baseUrl.trim(),
    settings: settingsOf(fields, subject),
    ...keyInput(fields),
    models: fields.models,
  };
}

export function updateInput(
  fields: ProviderFields,
  subject: ProviderSubject & { saved: Provider },
): z.input<typeof updateProviderInputSchema> {
  const { saved } = subject;
  // The demo answers inside the server: it has neither address nor key to change.
  if (saved.is_demo) return { id: saved.id, name: fields.name.trim() };
  return {
    id: saved.id,
    name: fields.name.trim(),
    base_url: fields.baseUrl.trim(),
    ...keyInput(fields),
    // Of a plug-in that is not loaded nothing is known, so nothing of it is changed.
    ...(dialectOf(subject, saved.dialect) ? { settings: settingsOf(fields, subject) } : {}),
  };
}

function settingsOf(fields: ProviderFields, subject: ProviderSubject): Record<string, unknown> {
  return settingsInput(dialectOf(subject, fields.dialect)?.form.settings ?? [], fields.settings);
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
