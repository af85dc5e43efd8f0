/** How QStash repeats a delivery that was answered with an error; its own steps are minutes and grow to hours. */

/** Our own work: a database that wakes up needs seconds. 1 s, 2 s, 4 s, 8 s, 16 s. */
export const WITHIN_MINUTES = { retries: 5, retryDelay: 'min(60000, 1000 * pow(2, retried))' } as const

/** What comes again by itself: 1 s, 2 s, 4 s. */
export const WITHIN_SECONDS = { retries: 3, retryDelay: WITHIN_MINUTES.retryDelay } as const

/** Servers of others, which may be away for a while: 10 s to 43 minutes, about an hour in all. */
export const WITHIN_AN_HOUR = { retries: 5, retryDelay: '10000 * pow(4, retried)' } as const
