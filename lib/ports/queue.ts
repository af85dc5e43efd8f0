import { Client } from '@upstash/qstash'
import { unavailable } from '../core/errors.ts'
import { withoutText } from './without-text.ts'

const TIMEOUT_MS = 5_000

interface Address {
  readonly baseUrl: string
  readonly token: string
}

/** QStash. Every call ends within 5 s. Every failure is a 503 with `Retry-After`; then nothing was enqueued. */
export class Queue extends Client {
  constructor(address: Address) {
    super({ ...address, retry: { retries: 1, backoff: () => 50 } })
    const http = this.http as typeof this.http & { processRequest(request: unknown): [string, RequestInit] }
    const process = http.processRequest.bind(http)
    http.processRequest = (request) => {
      const [url, options] = process(request)
      return [url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) }]
    }
    const request = http.request.bind(http)
    http.request = async (call) => {
      try {
        return await request(call)
      } catch (thrown) {
        throw unavailable('The queue is not available; nothing was enqueued.', 5, withoutText(thrown, /[{[]/))
      }
    }
  }
}
