/** Personal API keys: reading the actor of a key, and changing what users may do. Both own the Redis record of a key. */
import type { KeyActor } from '../core/actor.ts'
import { authenticationFailed, notAuthenticated } from '../core/errors.ts'
import { sha256 } from '../core/ids.ts'
import { callerRecord } from '../records/callers.ts'
import { type RecordEntry, type Recorded, recordKey } from '../records/record.ts'
import { rememberMiss, withholdLater, withholdRecords } from '../records/write.ts'
import type { Services } from '../services.ts'
import { findCaller, findSecureValues, touchKey } from '../store/callers.ts'

/** A key as a request brought it. */
export interface Credentials {
  /** The stored form of the key; null for a text that cannot be a key. */
  readonly secureValue: string | null
  readonly from: 'Authorization header' | 'body' | 'query string'
}

const HOUR_MS = 3_600_000

/** The credentials of a request: the first place that has a key counts (docs/insights.md 3). */
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

/** The form in which a key is stored: `sha256$` and hex. */
export const secureValue = async (key: string) => `sha256$${await sha256(key)}`

/**
 * The actor of a key, from the key's record or else from Postgres. `fill`: the record to write when it came from Postgres.
 * Throws 401 if there is no such key.
 */
export async function authenticate(
  services: Services,
  credentials: Credentials | undefined,
  recorded: Recorded<KeyActor>,
): Promise<{ caller: KeyActor; fill: RecordEntry | undefined }> {
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
function touched(services: Services, caller: KeyActor): KeyActor {
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

/**
 * Makes a change of memberships, roles or anything else that decides what users may do. Requests with any of their keys
 * see the change at once, and go on seeing it even if the calls after it fail. Throws 503 if the records of the keys
 * cannot be withheld; then nothing was changed.
 */
export async function changeRights<T>(
  services: Services,
  userIds: readonly number[],
  change: () => Promise<T>,
): Promise<T> {
  const ids = [...new Set(userIds)]
  const before = await findSecureValues(services.db, ids)
  await withholdRecords(services, before.map(recordKey.caller))
  const result = await change()
  // keys that were made and used during the change
  const since = (await findSecureValues(services.db, ids)).filter((value) => !before.includes(value))
  await withholdLater(services, since.map(recordKey.caller))
  return result
}
