/** A number under which a failure can be found again. Not `crypto.randomUUID`, which plain http on another machine lacks. */
export function incidentId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return `inc_${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
