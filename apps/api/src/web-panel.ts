import type { IncomingMessage, ServerResponse } from 'node:http';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setPanelEnv } from './env.ts';

/** The built panel's entry. Null answers mean that nobody has built it. */
export type PanelHandler = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** What the panel's build leaves, if it was built. */
export const PANEL_ENTRY = fileURLToPath(new URL('../../web/build/handler.js', import.meta.url));

export interface PanelOptions {
  /** Where this process answers, over loopback if it can. */
  apiOrigin: string;
  /** Proves to the API that a call comes from the panel's server side. */
  internalToken: string;
}

/** Loads `apps/web/build`, which reads its configuration from the environment when it is imported. */
export async function loadPanel({ apiOrigin, internalToken }: PanelOptions): Promise<PanelHandler | null> {
  if (!existsSync(PANEL_ENTRY)) return null;
  setPanelEnv({
    API_ORIGIN: apiOrigin,
    API_INTERNAL_TOKEN: internalToken,
    PANEL_PROTOCOL_HEADER: 'x-forwarded-proto',
  });
  const module: { handler: PanelHandler } = await import(pathToFileURL(PANEL_ENTRY).href);
  return module.handler;
}
