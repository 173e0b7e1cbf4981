import type { Dictionary } from '#lib/i18n/dictionary.ts';
import type { FileFault } from './conversation-file.ts';

/** What is wrong with a file, in a sentence that names the field where one is at fault. */
export function fileWords(fault: FileFault, t: Dictionary['playground'], limit: string): string {
  switch (fault.kind) {
    case 'too_large':
      return t.fileTooLarge(limit);
    case 'not_json':
      return t.fileNotJson;
    case 'other_format':
      return t.fileOther;
    case 'version':
      return t.fileVersion;
    case 'field':
      return t.fileField(fault.field, t.fileReasons[fault.reason]);
  }
}
