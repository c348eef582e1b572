/** Reads a stream to its end, for tests that assert what came: `await collect(model.stream("hi"))`. */
export async function collect<Item>(stream: AsyncIterable<Item> | PromiseLike<AsyncIterable<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of await stream) items.push(item);
  return items;
}
