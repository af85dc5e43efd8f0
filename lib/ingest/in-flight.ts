import { unavailable } from '../core/errors.ts'

/**
 * Bytes of large bodies that one isolate works on at once. An isolate has 128 MB of memory, and a body that is read, parsed
 * and written takes many times its bytes.
 */
const MOST_BYTES = 16 * 1024 * 1024
/** Smaller bodies are not counted: a browser that leaves a page sends its events once. */
const SMALL_BYTES = 256 * 1024
/** How long a body counts: the runtime may stop a request before the request can say that it has ended. */
const LEASE_MS = 60_000

interface Lease {
  bytes: number
  readonly until: number
}

/** The large bodies that this isolate works on. */
const leases = new Set<Lease>()

/** Counts bytes as they are read. Throws 503 if the isolate works on too many. */
export type CountBytes = (bytes: number) => void

/** Works on one body, whose bytes `work` counts. Nothing of a refused body is stored: clients send it again. */
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
