/** A file on the reader's disk, as the File System Access API gives it. */
export interface SavedFile {
  name: string;
  createWritable: () => Promise<WritableFile>;
  /** Not in every browser that has the rest. */
  remove?: () => Promise<void>;
}

/** What is written is in the file only once it is closed. */
export interface WritableFile {
  write: (data: Uint8Array) => Promise<void>;
  close: () => Promise<void>;
  abort: () => Promise<void>;
}

export type SavePicker = (options: { suggestedName: string }) => Promise<SavedFile>;

/** Lets the reader choose where a file goes; undefined where the browser cannot, or may not without HTTPS. */
export function savePicker(): SavePicker | undefined {
  const { showSaveFilePicker } = globalThis as { showSaveFilePicker?: SavePicker };
  return showSaveFilePicker?.bind(globalThis);
}
