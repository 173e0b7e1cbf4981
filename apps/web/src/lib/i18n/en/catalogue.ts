/** Providers and models as a file. */
export const catalogue = {
  menu: 'As a file',
  export: 'Export',
  import: 'Import',
  exported: 'Saved as models.yaml. No key is in it.',
  title: 'Import providers and models',
  text: 'A YAML file as Export writes it. Keys are read from the server’s environment variables that it names. Nothing is ever removed.',
  choose: 'Choose a file',
  file: 'Content of the file',
  replace: 'Overwrite what is there',
  replaceHint: 'Otherwise only what is missing is added.',
  check: 'Check',
  checkFirst: 'Check the file first: that shows what would change.',
  empty: 'Paste a file, or choose one.',
  apply: 'Import',
  applied: (count: number): string =>
    count === 1 ? '1 entry was imported' : `${count} entries were imported`,
  faults: (count: number): string =>
    count === 1 ? '1 fault: nothing can be imported' : `${count} faults: nothing can be imported`,
  place: (line: number, column: number): string => `Line ${line}, column ${column}`,
  plan: 'What would change',
  nothing: 'There is nothing to change: everything is as the file says.',
  same: (count: number): string =>
    count === 1 ? '1 entry is as the file says already' : `${count} entries are as the file says already`,
  actions: { add: 'New', change: 'Change', keep: 'Stays', skip: 'Left out' },
  kinds: { provider: 'Provider', model: 'Model', active: 'Default model' },
  roles: { language: 'for text', vision: 'for images' },
  skipped: 'Its key is missing: set the environment variable that the file names, and import again.',
  skippedModel: 'Its provider is left out.',
  none: 'none',
};
