/**
 * The advisory lock between what log rows refer to (projects, keys, models) and who writes log rows: shared while a
 * batch is entered, alone while something is deleted. "REFS". Triggers of the database name it, so it never changes.
 */
export const REFERENCES_LOCK = 0x52_45_46_53;
