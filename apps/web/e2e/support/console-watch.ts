import type { BrowserContext, ConsoleMessage, WebError } from '@playwright/test';

/** Collects what the browser complains about; a test with complaints fails. */
export class ConsoleWatch {
  readonly complaints: string[] = [];
  readonly #allowed: RegExp[] = [];

  /** Expects complaints that match, e.g. the browser's own line about an answer with status 401. */
  allow(pattern: RegExp): void {
    this.#allowed.push(pattern);
  }

  async watch(context: BrowserContext): Promise<void> {
    // What the policy held off without a word in the console, e.g. a style in an attribute.
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', (held) => {
        const where = `${held.sourceFile}:${held.lineNumber}`;
        console.error(
          `Held off by the policy: ${held.effectiveDirective} ${held.blockedURI} ${held.sample} (${where})`,
        );
      });
    });
    context.on('console', (message: ConsoleMessage) => {
      if (!['error', 'warning'].includes(message.type())) return;
      this.#note(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error: WebError) =>
      this.#note(`uncaught: ${error.error().stack ?? error.error().message}`),
    );
  }

  #note(complaint: string): void {
    if (!this.#allowed.some((pattern) => pattern.test(complaint))) this.complaints.push(complaint);
  }
}
