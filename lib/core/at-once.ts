/** Works on all items, `most` at a time; the outcomes are in the order of the items. Throws the first failure. */
export async function atOnce<T, R>(
  most: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const outcomes: R[] = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) outcomes[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, worker))
  return outcomes
}
