import type { Caller } from '../access/caller.ts'
import { authenticationFailed, notAuthenticated } from '../core/errors.ts'
import { sha256 } from '../core/ids.ts'
import { callerRecord } from '../records/callers.ts'
import { type RecordEntry, type Recorded, recordKey } from '../records/record.ts'
import { rememberMiss } from '../records/write.ts'
import type { Services } from '../services.ts'
import { findCaller, touchKey } from '../store/callers.ts'

/** A key as a request brought it. */
export interface Credentials {
  /** What is stored of the key; null for a text that can be none. */
  readonly secureValue: string | null
  readonly from: 'Authorization header' | 'body' | 'query string'
}

const HOUR_MS = 3_600_000

/** The first place that holds a key counts (docs/insights.md 3). */
export async function findCredentials(
  authorization: string | undefined,
  body: Readonly<Record<string, unknown>>,
  query: (name: string) => string | undefined,
): Promise<Credentials | undefined> {
  const bearer = bearerOf(authorization)
  if (bearer) return { secureValue: await readKey(bearer), from: 'Authorization header' }
  const inBody = body.personal_api_key
  if (typeof inBody === 'string' && inBody) return { secureValue: await readKey(inBody.trim()), from: 'body' }
  const inQuery = query('personal_api_key')
  return inQuery ? { secureValue: await readKey(inQuery.trim()), from: 'query string' } : undefined
}

/** The key of an `Authorization` header. */
export const bearerOf = (authorization: string | undefined): string | undefined =>
  authorization?.match(/^\s*Bearer\s+(.*)$/i)?.[1]?.trim() || undefined

/** Our own keys have 43 characters; those of settings, like the development key, may have fewer. */
const KEY = /^phx_\w{16,128}$/

const readKey = async (text: string) => (KEY.test(text) ? secureValue(text) : null)

/** What is stored of a key. */
export const secureValue = async (key: string) => `sha256$${await sha256(key)}`

/** The caller from the key's record, else from Postgres. Throws 401. */
export async function authenticate(
  services: Services,
  credentials: Credentials | undefined,
  recorded: Recorded<Caller>,
): Promise<{ caller: Caller; fill: RecordEntry | undefined }> {
  if (!credentials) throw notAuthenticated()
  const wrong = () => authenticationFailed(`Personal API key found in request ${credentials.from} is invalid.`)
  if (recorded === 'gone' || credentials.secureValue === null) throw wrong()
  if (recorded) return { caller: touched(services, recorded.value), fill: undefined }
  const caller = await findCaller(services.db, credentials.secureValue)
  if (!caller) {
    rememberMiss(services, recordKey.caller(credentials.secureValue))
    throw wrong()
  }
  return { caller: touched(services, caller), fill: callerRecord(credentials.secureValue, caller) }
}

/** `last_used_at` is written at most hourly, after the response. */
function touched(services: Services, caller: Caller): Caller {
  const last = caller.lastUsedAt ? Date.parse(caller.lastUsedAt) : 0
  const due = services.now().getTime() - last > HOUR_MS && !recentlyTouched(caller.keyId, services.now().getTime())
  if (due) services.waitUntil(touchKey(services.db, caller.keyId).catch(() => {}))
  return caller
}

const touches = new Map<string, number>()

function recentlyTouched(keyId: string, now: number): boolean {
  const recently = now - (touches.get(keyId) ?? 0) < HOUR_MS
  if (!recently) touches.set(keyId, now)
  return recently
}
