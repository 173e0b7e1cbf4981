/**
 * Bytes as a web stream, read only as fast as they are taken. `ReadableStream.from` does the same, but the types of
 * browsers, under which the panel checks the router's type, do not know it.
 */
export function webStream(bytes: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = bytes[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done === true) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel(reason) {
      await iterator.return?.(reason);
    },
  });
}
