import type { Target } from '../load/load-plan.ts';

export type GatewayName = 'ours' | 'dispatch' | 'nginx' | 'portkey' | 'direct';

/** Something that passes calls on to the mock upstream, and whose cost is measured. */
export interface Gateway {
  name: GatewayName;
  target: Target;
  /** The processes whose CPU time counts; none for the upstream itself. */
  pids(): number[];
  /** What it has printed, for when calls fail. */
  output(): string;
  stop(): Promise<void>;
}

export interface Upstream {
  port: number;
}
