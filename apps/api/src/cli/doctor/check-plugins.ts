import { createLog } from '../../log.ts';
import { loadPlugins } from '../../plugins/load-plugins.ts';
import { pluginPlaces } from '../../plugins/plugin-places.ts';
import type { MachineContext } from './doctor-context.ts';
import { count, fail, listNames, ok, type Check } from './finding.ts';

/** Whether the plug-ins that the configuration names can be loaded here, as the server loads them. */
export const pluginsCheck: Check<MachineContext> = {
  name: 'plugins',
  async run({ env }) {
    if (env.plugins.length === 0) return ok('no provider plug-ins are configured');
    const log = createLog({ level: 'silent', isForPeople: false });
    const { list } = await loadPlugins({ sources: env.plugins, places: pluginPlaces(env), log });
    const plugins = list();
    const failed = plugins.filter(({ state }) => state === 'failed');
    if (failed.length === 0) {
      const names = plugins.map(({ label, source }) => label ?? source);
      return ok(`${count(plugins.length, 'provider plug-in')} can be loaded: ${listNames(names)}`);
    }
    return failed.map(({ source, fault }) =>
      fail(`the plug-in ${source} is left out: ${fault}`, 'Mend the plug-in or PLUGINS, then start again.'),
    );
  },
};
