import type { IncomingMessage } from 'node:http';
import type { ViewerState } from '@aigc/shared/schemas/viewer';
import type { Locale } from '#lib/i18n/locale.ts';
import type { Theme } from '#lib/theme.ts';

declare global {
  namespace App {
    interface Error {
      status: number;
      message: string;
      /** A stable code of the API's error catalogue, when the failure came from there; `offline`; `panel_fault`. */
      code?: string;
      /** Under which the failure stands in the server's log, or the browser's. */
      requestId?: string;
    }
    interface Locals {
      /** Null: the API could not be asked. */
      state: ViewerState | null;
      locale: Locale;
      theme: Theme;
      /** The viewer's; UTC until the browser has told it. */
      timeZone: string;
    }
    interface Platform {
      req: IncomingMessage;
    }
  }
}
