import { BOOKS_FINDINGS } from './books.ts';
import { DATABASE_FINDINGS } from './database.ts';
import { MACHINE_FINDINGS } from './machine.ts';
import { UPSTREAMS_FINDINGS } from './upstreams.ts';

/**
 * What checks of an installation can find, by code: what it is, and how it is mended. The command line prints these
 * sentences; the panel has others for other languages. Every text takes the same parameters.
 */

export const FINDINGS = {
  ...MACHINE_FINDINGS,
  ...DATABASE_FINDINGS,
  ...BOOKS_FINDINGS,
  ...UPSTREAMS_FINDINGS,
} as const satisfies Record<string, { message: (p: never) => string; fix?: (p: never) => string }>;

export type FindingCode = keyof typeof FINDINGS;

type NoParams = { [name in never]: never };

/** What the sentences of a finding are made of. */
export type FindingParams<C extends FindingCode> =
  Parameters<(typeof FINDINGS)[C]['message']> extends [infer P] ? P : NoParams;

/** The sentences of every finding in another language. */
export type FindingTexts = {
  readonly [C in FindingCode]: {
    message: (p: FindingParams<C>) => string;
    fix?: (p: FindingParams<C>) => string;
  };
};
