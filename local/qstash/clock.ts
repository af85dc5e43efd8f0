/** Time as the broker and its schedules see it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Calls `work` once, `ms` milliseconds from now; the function that it returns calls it off. */
  after(ms: number, work: () => void): () => void
}

export const systemClock: Clock = {
  now: Date.now,
  after(ms, work) {
    const timer = setTimeout(work, ms)
    // a broker that waits keeps no process alive: its server does
    timer.unref()
    return () => clearTimeout(timer)
  },
}
