import { FileExport } from '#lib/export/file-export.svelte.ts';

/** The export of the log: it goes on when its window is closed and when another page is opened. */
export const logExport = new FileExport();
