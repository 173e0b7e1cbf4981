/** Seconds that remain of a wait that the API asked for. Ends by itself at zero. */
export class Countdown {
  seconds = $state(0);
  #timer: ReturnType<typeof setInterval> | undefined;

  start(seconds: number): void {
    this.stop();
    const endsAt = performance.now() + seconds * 1_000;
    this.seconds = seconds;
    this.#timer = setInterval(() => {
      this.seconds = Math.max(0, Math.ceil((endsAt - performance.now()) / 1_000));
      if (this.seconds === 0) this.stop();
    }, 250);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.seconds = 0;
  }
}
