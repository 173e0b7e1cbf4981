import { z } from 'zod';

/** Longest file that is taken: far more than a catalogue needs. */
const MAX_TEXT = 500_000;

export const catalogueFileSchema = z.object({
  /** YAML. No key of a provider is in it. */
  text: z.string(),
});

export const importCatalogueInputSchema = z.object({
  text: z.string().max(MAX_TEXT),
  /** Overwrites what is there already; otherwise only what is missing is added. */
  replace: z.boolean().default(false),
});

/** What is wrong with a file, and where; line and column are counted from 1. */
export const catalogueFaultSchema = z.object({
  line: z.number().int(),
  column: z.number().int(),
  message: z.string(),
  /** What is at fault, as `models[3].prices.input`; empty: the file as a whole. */
  path: z.string(),
  /** Why, as data for other languages. */
  reason: z.object({ code: z.string(), params: z.record(z.string(), z.union([z.string(), z.number()])) }),
});

export const catalogueChangeSchema = z.object({
  /** `keep`: it is different and stays as it is. `skip`: it cannot be added now. */
  action: z.enum(['add', 'change', 'keep', 'same', 'skip']),
  kind: z.enum(['provider', 'model', 'active']),
  name: z.string(),
  /** What is different; null: nothing was, or will be, there. */
  fields: z.array(z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
  reason: z.string().nullable(),
});
export type CatalogueChangeView = z.infer<typeof catalogueChangeSchema>;

export const importCatalogueOutputSchema = z.object({
  /** With any, nothing is changed. */
  faults: z.array(catalogueFaultSchema),
  changes: z.array(catalogueChangeSchema),
});
export type CatalogueImport = z.infer<typeof importCatalogueOutputSchema>;
