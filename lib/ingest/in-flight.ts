import { unavailable } from '../core/errors.ts'

/** Of large bodies at once: read, parsed and written, a body takes many times its bytes, and an isolate has 128 MB. */
const MOST_BYTES = 16 * 1024 * 1024
/** What browsers send when a page is left goes through. */
const SMALL_BYTES = 256 * 1024
/** The runtime may stop a request without a word to it. */
const LEASE_MS = 60_000

interface Lease {
  bytes: number
  readonly until: number
}

/** The large bodies that this isolate works on. */
const leases = new Set<Lease>()

/** Told of bytes as they are read; throws `ApiError` 503 when they are too many. */
export type CountBytes = (bytes: number) => void

/** Does the work on one body. Nothing of a body that is refused is stored: clients send it again. */
export async function withinMemory<T>(now: Date, work: (count: CountBytes) => Promise<T>): Promise<T> {
  const lease: Lease = { bytes: 0, until: now.getTime() + LEASE_MS }
  const count = (bytes: number) => {
    lease.bytes += bytes
    if (lease.bytes <= SMALL_BYTES) return
    leases.add(lease)
    let held = 0
    for (const { bytes, until } of leases) if (until > now.getTime()) held += bytes
    if (held > MOST_BYTES) throw unavailable('too many large requests at once, send it again', 2)
  }
  try {
    return await work(count)
  } finally {
    leases.delete(lease)
  }
}
