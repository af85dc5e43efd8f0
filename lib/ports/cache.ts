import { Redis } from '@upstash/redis/cloudflare'
import { ApiError, unavailable, valueTooLarge } from '../core/errors.ts'
import { withoutText } from './without-text.ts'

const TIMEOUT_MS = 2_000
const TOO_LARGE = 'max request size exceeded'
/** The rate limiter's client reads this one and then sends its script. */
const NO_SCRIPT = 'NOSCRIPT'

interface Address {
  readonly url: string
  readonly token: string
}

/**
 * Redis over Upstash's protocol. Answers are text: who stores JSON parses it. Every call ends within 2 s. Throws 503 with
 * `Retry-After` whatever has happened, 400 for a value that is larger than the plan takes.
 */
export class Cache extends Redis {
  constructor({ url, token }: Address) {
    super({
      url,
      token,
      automaticDeserialization: false,
      // all that is stored is text that JSON can carry: no copy of it in base64
      responseEncoding: false,
      enableTelemetry: false,
      retry: { retries: 1, backoff: () => 50 },
      // a function: with a plain signal the client turns an abort into an answer
      signal: () => AbortSignal.timeout(TIMEOUT_MS),
    })
    const { client } = this
    const request = client.request.bind(client)
    client.request = async (call) => {
      try {
        const answer = await request<never>(call)
        throwErrors(answer)
        return answer
      } catch (thrown) {
        throw mapCacheError(thrown)
      }
    }
  }
}

/** One answer, or those of a pipeline, of which each may be an error. */
function throwErrors(answer: unknown): void {
  for (const { error } of (Array.isArray(answer) ? answer : [answer]) as { error?: unknown }[])
    if (error) throw new Error(String(error))
}

function mapCacheError(thrown: unknown): unknown {
  if (thrown instanceof ApiError) return thrown
  const text = String((thrown as { message?: unknown })?.message ?? thrown)
  if (text.includes(NO_SCRIPT)) return thrown
  // the client's text goes on with the command, or with what was answered
  const cause = withoutText(thrown, /, command was:|response body:/)
  return text.includes(TOO_LARGE) ? valueTooLarge(cause) : unavailable('The cache is not available.', 5, cause)
}
