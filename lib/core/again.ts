/** Does work that may fail, and once more after each of these waits (milliseconds). Throws the last error. */
export async function again<T>(work: () => Promise<T>, waits: readonly number[]): Promise<T> {
  for (const wait of waits) {
    try {
      return await work()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  return work()
}
