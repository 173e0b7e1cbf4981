import type { ProcedurePath } from '../../rest-routes.ts';

/** Fields as the wire has them; those of the path among the input's. */
export interface ProcedureExample {
  input?: Record<string, unknown>;
  output: unknown;
}

export type Examples = Readonly<Partial<Record<ProcedurePath, ProcedureExample>>>;
