/** Names an upstream of a provider: what a process knows of its health is kept under it. */
export function upstreamKeyOf(providerId: number, upstreamModel: string): string {
  return `${providerId} ${upstreamModel}`;
}
