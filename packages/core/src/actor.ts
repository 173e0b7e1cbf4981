import type { Role } from '@aigc/shared/schemas/viewer';

/** Who asks. Policies are written against it, and the audit log names it. */
export interface Actor {
  kind: 'user' | 'management_key' | 'cli' | 'system';
  /** Null for the command line and the system. */
  userId: string | null;
  /** Role on the whole platform. */
  role: Role;
  /** The tenant whose balance is spent. */
  organisationId: string | null;
  projectId: string | null;
  ip: string | null;
}

/** An actor that is a person (or a management key of theirs), with their tenant. */
export interface UserActor extends Actor {
  kind: 'user' | 'management_key';
  userId: string;
  organisationId: string;
  projectId: string;
}

/** The command line: what its user does, an administrator could do. */
export const CLI_ACTOR: Actor = {
  kind: 'cli',
  userId: null,
  role: 'admin',
  organisationId: null,
  projectId: null,
  ip: null,
};

/** What the product does by itself: first start, recovery. */
export const SYSTEM_ACTOR: Actor = { ...CLI_ACTOR, kind: 'system' };
