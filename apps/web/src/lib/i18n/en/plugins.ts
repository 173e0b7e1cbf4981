export const plugins = {
  title: 'Plug-ins',
  text: 'Providers that third parties wrote, as PLUGINS names them. They are loaded when the server starts.',
  name: 'Plug-in',
  version: 'Version',
  state: 'State',
  loaded: 'Loaded',
  failed: 'Left out',
  callFaults: (count: number): string => (count === 1 ? '1 fault in calls' : `${count} faults in calls`),
};
