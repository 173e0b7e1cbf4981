import { setTimeout as delay } from 'node:timers/promises';
import { guardPlugin } from '@aigc/providers/plugin/guard-plugin';
import { PluginShapeError, readPlugin } from '@aigc/providers/plugin/read-plugin';
import { isBuiltIn, registerDefinition } from '@aigc/providers/registry';
import type { Plugin } from '@aigc/shared/schemas/plugins';
import type { Log } from '../log.ts';
import { findPlugin, PluginNotFoundError, type PluginPlaces } from './find-plugin.ts';

/** A module that takes longer to load waits for something that will not come. */
const LOAD_DEADLINE_MS = 10_000;
/** A plug-in that fails in every call would fill the log. */
const FAULT_LOG_EVERY_MS = 60_000;

/** The plug-ins of this process, in the order of their configuration. */
export interface Plugins {
  list(): Plugin[];
}

export interface LoadPluginsOptions {
  /** As `PLUGINS` names them. */
  sources: readonly string[];
  places: PluginPlaces;
  log: Log;
  loadDeadlineMs?: number;
}

/**
 * Loads every plug-in and makes its dialect known. One that is missing, throws, or has the wrong shape is reported and
 * left out: a start never fails because of it.
 */
export async function loadPlugins(options: LoadPluginsOptions): Promise<Plugins> {
  const states: Plugin[] = [];
  for (const source of options.sources) states.push(await loadOne(source, states, options));
  return { list: () => states.map((state) => ({ ...state })) };
}

async function loadOne(
  source: string,
  others: readonly Plugin[],
  { places, log, loadDeadlineMs = LOAD_DEADLINE_MS }: LoadPluginsOptions,
): Promise<Plugin> {
  const state: Plugin = {
    source,
    id: null,
    label: null,
    version: null,
    state: 'failed',
    fault: null,
    call_faults: 0,
    last_call_fault: null,
  };
  try {
    const { url, packageVersion } = await findPlugin(source, places);
    const module = (await importWithin(url, loadDeadlineMs)) as { default?: unknown };
    const plugin = readPlugin(module.default);
    if (isBuiltIn(plugin.id))
      throw new PluginShapeError(`the id "${plugin.id}" is that of a built-in dialect.`);
    const twin = others.find(({ id, state: its }) => id === plugin.id && its === 'loaded');
    if (twin !== undefined) throw new PluginShapeError(`the id "${plugin.id}" is taken by ${twin.source}.`);
    registerDefinition(guardPlugin(plugin, faultWatch(state, log)));
    const { id, label, version = packageVersion } = plugin;
    Object.assign(state, { id, label, version, state: 'loaded' });
    log.info({ plugin: id, version, source }, 'A plug-in is loaded.');
  } catch (error) {
    state.fault = faultOf(error);
    log.error({ err: error, source }, 'A plug-in is left out: it could not be loaded.');
  }
  return state;
}

async function importWithin(url: string, deadlineMs: number): Promise<unknown> {
  const late = new AbortController();
  const deadline = delay(deadlineMs, undefined, { ref: false, signal: late.signal }).then(() => {
    throw new PluginNotFoundError(`it did not load within ${deadlineMs / 1000} s.`);
  });
  try {
    return await Promise.race([import(url), deadline]);
  } finally {
    late.abort();
    deadline.catch(() => {});
  }
}

const MAX_FAULT = 500;

/** Administrators read it; a stack stays in the log. */
function faultOf(error: unknown): string {
  if (error instanceof PluginShapeError || error instanceof PluginNotFoundError) return error.message;
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `it threw while it was loaded: ${text}`.slice(0, MAX_FAULT).toWellFormed();
}

function faultWatch(state: Plugin, log: Log): (operation: string, message: string) => void {
  let loggedAtMs = -Infinity;
  return (operation, message) => {
    state.call_faults += 1;
    state.last_call_fault = { at: new Date().toISOString(), operation, message };
    if (performance.now() - loggedAtMs < FAULT_LOG_EVERY_MS) return;
    loggedAtMs = performance.now();
    log.error({ plugin: state.id, operation, fault: message }, 'A plug-in failed in a call.');
  };
}
