import { providerFormSchema } from '@aigc/shared/provider-form';
import { isObject } from '../json-values.ts';
import type { ProviderPlugin } from './plugin-api.ts';

/** Why something is no plug-in, in words for whoever wrote or configured it. */
export class PluginShapeError extends Error {
  override readonly name = 'PluginShapeError';
}

const ID = /^[a-z][a-z0-9-]{1,39}$/;
const MAX_LABEL = 60;
const MAX_VERSION = 40;

const FUNCTIONS = [
  'serves',
  'buildRequest',
  'outputLimitField',
  'readUsage',
  'readError',
  'classify',
] as const;

/** What a module exports, as a plug-in. Only its shape is looked at: nothing of it is called. @throws PluginShapeError */
export function readPlugin(exported: unknown): ProviderPlugin {
  if (!isObject(exported)) throw new PluginShapeError('it has no default export that is an object.');
  const { apiVersion, id, label, version } = exported;
  if (apiVersion !== 1) throw new PluginShapeError('apiVersion must be 1.');
  if (typeof id !== 'string' || !ID.test(id)) {
    throw new PluginShapeError('id must be 2 to 40 lower case letters, digits and hyphens, such as "acme".');
  }
  requireText('label', label, MAX_LABEL);
  if (version !== undefined) requireText('version', version, MAX_VERSION);
  for (const name of FUNCTIONS) requireFunction(exported, name, name);
  requireMapping(exported.chat, 'chat', ['request', 'answer', 'openStream']);
  requireMapping(exported.embeddings, 'embeddings', ['request', 'answer']);
  const isServing = exported.serves !== undefined;
  if (isServing && exported.buildRequest === undefined) {
    throw new PluginShapeError('buildRequest is needed with serves.');
  }
  if (!isServing && exported.chat === undefined && exported.embeddings === undefined) {
    throw new PluginShapeError('it needs chat, embeddings or serves: otherwise it can carry nothing.');
  }
  const { usageInStreamOnRequest: asks } = exported;
  if (asks !== undefined && typeof asks !== 'boolean') {
    throw new PluginShapeError('usageInStreamOnRequest must be true or false.');
  }
  if (exported.form !== undefined) requireForm(exported.form);
  return exported as unknown as ProviderPlugin;
}

function requireText(name: string, value: unknown, maxLength: number): void {
  const isText = typeof value === 'string' && value.trim() !== '' && value.length <= maxLength;
  if (!isText) throw new PluginShapeError(`${name} must be a text of 1 to ${maxLength} characters.`);
}

function requireFunction(holder: Record<string, unknown>, name: string, path: string): void {
  if (holder[name] !== undefined && typeof holder[name] !== 'function') {
    throw new PluginShapeError(`${path} must be a function.`);
  }
}

function requireMapping(value: unknown, path: string, names: readonly string[]): void {
  if (value === undefined) return;
  if (!isObject(value)) throw new PluginShapeError(`${path} must be an object.`);
  for (const name of names) {
    if (typeof value[name] !== 'function') throw new PluginShapeError(`${path}.${name} must be a function.`);
  }
}

function requireForm(form: unknown): void {
  const read = providerFormSchema.safeParse(form);
  if (!read.success) {
    const [issue] = read.error.issues;
    const path = ['form', ...(issue?.path ?? [])].join('.');
    throw new PluginShapeError(`${path}: ${issue?.message ?? 'is invalid'}.`);
  }
  const fields = read.data.settings ?? [];
  const names = new Set<string>();
  for (const field of fields) {
    if (names.has(field.name)) throw new PluginShapeError(`form.settings has "${field.name}" twice.`);
    names.add(field.name);
    if (field.kind === 'text' && field.pattern !== undefined)
      requirePattern(field.name, field.pattern.source);
  }
}

function requirePattern(name: string, source: string): void {
  try {
    new RegExp(`^(?:${source})$`, 'u');
  } catch {
    throw new PluginShapeError(`the pattern of the setting "${name}" is no regular expression.`);
  }
}
