/**
 * Puts text on the clipboard. True on success. Plain http on another machine has no `navigator.clipboard`, so the
 * selection command stands in there.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused by the browser: the other way may still be open.
    }
  }
  // Inside an open dialog only the dialog's own content can take the focus.
  const host = document.activeElement?.closest('[role="dialog"], [role="alertdialog"]') ?? document.body;
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.className = 'visually-hidden';
  host.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}
