/** A database server that answers, and that this process is responsible for. */
export interface RunningServer {
  readonly socketDir: string;
  /** Resolves when the server is gone, for whatever reason. Does not keep the process alive. */
  readonly ended: Promise<void>;
  /** Shuts it down: connections are cut, everything committed is kept. Safe to call twice. */
  stop(): Promise<void>;
}
