/** The limiter counts in windows of the real clock: a test that fills one must not begin at the end of it. */
export async function withinOneWindow(windowMs: number, needsMs: number): Promise<void> {
  const left = windowMs - (Date.now() % windowMs)
  if (left < needsMs) await new Promise((resolve) => setTimeout(resolve, left))
}
