/**
 * The workers of this installation on this machine. A request may land on any of them, so what concerns all, such as
 * metrics, is collected from all.
 */
export interface Peers {
  /** Answers one topic for this worker. What it returns must survive JSON. */
  provide(topic: string, answer: () => unknown): void;
  /**
   * Every worker's answer, this one's included. A worker that does not provide the topic, or does not answer within
   * a second, is left out.
   */
  collect(topic: string): Promise<readonly unknown[]>;
}

/** For a process without siblings. */
export function createLonePeers(): Peers {
  const answers = new Map<string, () => unknown>();
  return {
    provide: (topic, answer) => void answers.set(topic, answer),
    async collect(topic) {
      const answer = answers.get(topic);
      return answer === undefined ? [] : [await answer()];
    },
  };
}
