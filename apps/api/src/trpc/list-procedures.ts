import type { AnyTRPCRouter } from '@trpc/server';
import type { ProcedureMeta } from './policy.ts';

/** What a procedure says about itself, and its parsers. */
export interface ProcedureFacts {
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta;
  hasOutput: boolean;
}

/** Every procedure of a router by its path, e.g. `keys.create`. The object has no prototype. */
export function listProcedures(router: AnyTRPCRouter): Record<string, ProcedureFacts> {
  const facts: Record<string, ProcedureFacts> = Object.create(null);
  // tRPC's types nest the record; at run time it is flat.
  const procedures = router._def.procedures as Record<string, { _def: BuiltProcedure }>;
  for (const [path, { _def: built }] of Object.entries(procedures)) {
    facts[path] = { type: built.type, meta: built.meta ?? {}, hasOutput: built.output !== undefined };
  }
  return facts;
}

interface BuiltProcedure {
  type: ProcedureFacts['type'];
  meta?: ProcedureMeta;
  output?: unknown;
}
