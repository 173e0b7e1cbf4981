import { createLog } from '../log.ts';
import { loadPlugins, type Plugins } from '../plugins/load-plugins.ts';
import { pluginPlaces } from '../plugins/plugin-places.ts';
import type { MachineContext } from './check-context.ts';
import { fail, ok, type Check, type Finding } from './finding.ts';

/** Whether the plug-ins that the configuration names can be loaded here, as the server loads them. */
export const pluginsCheck: Check<MachineContext> = {
  name: 'plugins',
  async run({ env }) {
    if (env.plugins.length === 0) return ok('plugins.none');
    const log = createLog({ level: 'silent', isForPeople: false });
    const { list } = await loadPlugins({ sources: env.plugins, places: pluginPlaces(env), log });
    return judgePlugins(list());
  },
};

/** Of plug-ins that a process has loaded, or left out. */
export function judgePlugins(plugins: ReturnType<Plugins['list']>): Finding | Finding[] {
  if (plugins.length === 0) return ok('plugins.none');
  const failed = plugins.filter(({ state }) => state === 'failed');
  if (failed.length === 0) {
    return ok('plugins.ok', { names: plugins.map(({ label, source }) => label ?? source) });
  }
  return failed.map(({ source, fault }) => fail('plugins.failed', { source, reason: fault ?? '' }));
}
