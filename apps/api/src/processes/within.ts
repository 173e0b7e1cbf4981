/** The answer, or a rejection, by `late` if it says one, when it takes longer. */
export async function within<T>(timeoutMs: number, answer: Promise<T>, late?: Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late ?? new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([answer, timeout]).finally(() => clearTimeout(timer));
}
