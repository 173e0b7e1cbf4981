import type { Theme } from '@aigc/shared/schemas/fields';

export type { Theme };

export const themes = ['system', 'light', 'dark'] as const satisfies readonly Theme[];

/** Name of the cookie that holds the visitor's choice, so that the server can render it without a flash. */
export const themeCookie = 'theme';

/** Reads a theme from a cookie or setting; anything else means the system's. */
export function parseTheme(...candidates: (string | null | undefined)[]): Theme {
  for (const candidate of candidates) {
    const found = themes.find((theme) => theme === candidate);
    if (found) return found;
  }
  return 'system';
}
