import { Redis } from '@upstash/redis/cloudflare'
import { ApiError, unavailable, valueTooLarge } from '../core/errors.ts'
import { withoutText } from './without-text.ts'

const TIMEOUT_MS = 2_000
const TOO_LARGE = 'max request size exceeded'
/** This error goes through as it is: on reading it, the rate limiter's client sends its script. */
const NO_SCRIPT = 'NOSCRIPT'

interface Address {
  readonly url: string
  readonly token: string
}

/**
 * Redis over Upstash's protocol. Answers are text: callers parse the JSON that they stored. Every call ends within 2 s.
 * Every failure is a 503 with `Retry-After`, except a value that is larger than the plan takes, which is a 400.
 */
export class Cache extends Redis {
  constructor({ url, token }: Address) {
    super({
      url,
      token,
      automaticDeserialization: false,
      // everything stored is text that JSON can carry: base64 would cost bytes and time
      responseEncoding: false,
      enableTelemetry: false,
      retry: { retries: 1, backoff: () => 50 },
      // a function, since the client turns the abort of a plain signal into an answer
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

/** Throws the first error in the answer of a command, or in the answers of a pipeline. */
function throwErrors(answer: unknown): void {
  for (const { error } of (Array.isArray(answer) ? answer : [answer]) as { error?: unknown }[])
    if (error) throw new Error(String(error))
}

function mapCacheError(thrown: unknown): unknown {
  if (thrown instanceof ApiError) return thrown
  const text = String((thrown as { message?: unknown })?.message ?? thrown)
  if (text.includes(NO_SCRIPT)) return thrown
  // the client's message goes on with the command or the answer, which may hold secrets
  const cause = withoutText(thrown, /, command was:|response body:/)
  return text.includes(TOO_LARGE) ? valueTooLarge(cause) : unavailable('The cache is not available.', 5, cause)
}
