import { Redis } from '@upstash/redis/cloudflare'
import { ApiError, unavailable, valueTooLarge } from '../core/errors.ts'
import { withPrefix } from './key-prefix.ts'
import { withoutText } from './without-text.ts'

const TIMEOUT_MS = 2_000
const TOO_LARGE = 'max request size exceeded'
/** This error goes through as it is: on reading it, the rate limiter's client sends its script. */
const NO_SCRIPT = 'NOSCRIPT'

interface Address {
  readonly url: string
  readonly token: string
  /** Stands before every key: `EDGEHOG_PREFIX`. */
  readonly prefix: string
}

/**
 * Redis over Upstash's protocol, on the keys of one deployment. Answers are text: callers parse the JSON that they
 * stored. Every call ends within 2 s. Every failure is a 503 with `Retry-After`, except a value that is larger than the plan takes, which is a 400.
 */
export class Cache extends Redis {
  /** For keys that a script puts together; those of commands have it without being told. */
  readonly prefix: string

  constructor({ url, token, prefix }: Address) {
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
    this.prefix = prefix
    const { client } = this
    const request = client.request.bind(client)
    client.request = async (call) => {
      const sent = { ...call, body: prefixed(prefix, call.body) }
      try {
        const answer = await request<never>(sent)
        throwErrors(answer)
        return answer
      } catch (thrown) {
        throw mapCacheError(thrown)
      }
    }
  }

  /** A key that Redis has answered, as callers know it. */
  bare(key: string): string {
    return key.startsWith(this.prefix) ? key.slice(this.prefix.length) : key
  }
}

/** The body of a request: a command, or a list of them. */
function prefixed(prefix: string, body: unknown): unknown {
  const words = body as readonly unknown[]
  return Array.isArray(words[0])
    ? words.map((command) => withPrefix(prefix, command as readonly unknown[]))
    : withPrefix(prefix, words)
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
