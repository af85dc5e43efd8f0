import type { Clock } from '../../local/qstash/clock.ts'

export interface ManualClock extends Clock {
  /** Lets so many milliseconds pass: what falls due is called at its own time, the earliest first. */
  pass(ms: number): void
}

/** A clock that stands still unless a test moves it. With a `pace` of 0.98 its timers ring after 98 % of their time. */
export function manualClock(start = Date.parse('2026-01-01T00:00:00Z'), pace = 1): ManualClock {
  let time = start
  const timers = new Set<{ readonly at: number; readonly work: () => void }>()
  return {
    now: () => time,
    after(ms, work) {
      const timer = { at: time + ms * pace, work }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    pass(ms) {
      const end = time + ms
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        time = next.at
        next.work()
      }
      time = end
    },
  }
}
