import { z } from 'zod';
import type { Tier } from '../trpc/policy.ts';
import { appRouter } from '../trpc/router.ts';
import type { ProcedurePath } from './rest-routes.ts';

/** A procedure as REST needs it: its parsers as they are, never changed. */
export interface ProcedureParsers {
  type: 'query' | 'mutation' | 'subscription';
  tier: Tier;
  /** Null: it takes no input. */
  input: z.ZodObject | null;
  /** Of one that tells its answer in steps, the shape of a step. */
  output: z.ZodType;
}

interface BuiltProcedure {
  type: ProcedureParsers['type'];
  inputs: (z.ZodObject | z.ZodPrefault<z.ZodObject>)[];
  output?: z.ZodType;
  meta?: { tier?: Tier; yields?: z.ZodType };
}

// tRPC's types nest the record; at run time it is flat.
const procedures = appRouter._def.procedures as unknown as Record<
  string,
  { _def: BuiltProcedure } | undefined
>;

export const PROCEDURE_PATHS = Object.keys(procedures) as ProcedurePath[];

/** @throws Error when there is no such procedure, or it lacks what REST needs */
export function procedureParsers(path: ProcedurePath): ProcedureParsers {
  const built = procedures[path]?._def;
  const output = built?.meta?.yields ?? built?.output;
  if (built === undefined || output === undefined) throw new Error(`${path} has no REST form`);
  const [given = null] = built.inputs;
  // A request without any parameter is an empty object here.
  const input = given instanceof z.ZodPrefault ? given.unwrap() : given;
  return { type: built.type, tier: built.meta?.tier ?? 'admin', input, output };
}
