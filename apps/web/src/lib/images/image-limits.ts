/** Larger files are refused before they are read. */
export const maxFileBytes = 20_000_000;
