/**
 * The steps in the life of a background run. Each is one script on the leader that reads the status, decides, and writes:
 * a plain read may come from a replica that is behind.
 */
import { letGo } from '../records/held.ts'
import type { Services } from '../services.ts'
import { ENTRY_TTL_SECONDS } from './entry.ts'
import { lockMs, TAKE } from './lock.ts'
import { CANCELLED, LOST_MESSAGE, type RunStatus, STATUS_TTL_SECONDS } from './status.ts'

/** Sorted set of the status keys of runs that have not ended; the score is when they are lost (milliseconds). */
const RUNNING = 'running'

/** A run whose first delivery has not come by then is lost: QStash delivers within seconds. */
const UNSEEN_MS = 2 * 60_000

/** Until when a run counts as alive that is enqueued now. */
export const aliveUnseen = (now: number) => now + UNSEEN_MS
/** Until when a run counts as alive that is delivered now: the next delivery comes within a minute, or when the lock is over. */
const aliveSeen = (services: Services) => services.now().getTime() + 2 * lockMs(services) + 60_000

const READ_STATUS = `
local text = redis.call('GET', KEYS[1])
local known = nil
if text and text ~= '${CANCELLED}' then known = cjson.decode(text) end
local ended = text == '${CANCELLED}' or (known and known.complete and not known.lost)`

const START = `${READ_STATUS}
if ARGV[4] ~= '' and known and text ~= ARGV[1] and not ended and (known.aliveUntil or 0) > tonumber(ARGV[4]) then
  return text
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], KEYS[1])
return ''`

/**
 * Writes the status of a new run in place of any other; with `unlessRunning` it leaves a run that is under way. Returns
 * the text of the status that it left, '' if the new one was written.
 */
export function startRun(
  { redis, now }: Services,
  key: string,
  status: RunStatus,
  unlessRunning: boolean,
): Promise<string> {
  const args = [JSON.stringify(status), String(STATUS_TTL_SECONDS), String(status.aliveUntil)]
  return redis.eval(START, [key, RUNNING], [...args, unlessRunning ? String(now().getTime()) : ''])
}

const UNDO = `${READ_STATUS}
if not known or known.runId ~= ARGV[1] then return 0 end
redis.call('ZREM', KEYS[2], KEYS[1])
return redis.call('DEL', KEYS[1])`

/** Takes back the status of a run that was not enqueued. */
export const undoStart = ({ redis }: Services, key: string, runId: string): Promise<unknown> =>
  redis.eval(UNDO, [key, RUNNING], [runId])

const PICK_UP = `${READ_STATUS}${TAKE}
if known and known.runId ~= ARGV[1] then ended = true end
local locked, wait = 0, 0
if not ended then
  if known then
    if known.lost then
      known.complete, known.error, known.errorMessage, known.endTime = false, false, cjson.null, cjson.null
      known.lost = nil
    end
    known.pickupTime = ARGV[4]
    known.aliveUntil = tonumber(ARGV[5])
    redis.call('SET', KEYS[1], cjson.encode(known), 'EX', ARGV[6])
    redis.call('ZADD', KEYS[4], ARGV[5], KEYS[1])
  end
  if take(KEYS[3], ARGV[2], ARGV[3]) then locked = 1 else wait = redis.call('PTTL', KEYS[3]) end
end
return { text, redis.call('GET', KEYS[2]), locked, wait, redis.call('GET', KEYS[5]),
  KEYS[6] and redis.call('GET', KEYS[6]) or false }`

export interface PickUp {
  readonly status: string
  readonly entry: string
  readonly lock: string
  readonly project: string
  /** One more key to read. */
  readonly besides: string | undefined
}

/** What a delivery finds, as texts. The lock is taken unless the run has ended or another delivery or request holds it. */
export interface PickedUp {
  readonly status: string | null
  readonly entry: string | null
  readonly locked: boolean
  /** How long the lock of the other holder lives, in milliseconds. */
  readonly heldForMs: number
  readonly project: string | null
  readonly besides: string | null
}

/** The first call of a delivery: the run counts as alive, and takes the lock. `holder`: the id of this delivery. */
export async function pickUpRun(services: Services, keys: PickUp, runId: string, holder: string): Promise<PickedUp> {
  const names = [keys.status, keys.entry, keys.lock, RUNNING, keys.project, ...(keys.besides ? [keys.besides] : [])]
  const args = [
    runId,
    holder,
    String(lockMs(services)),
    services.now().toISOString(),
    String(aliveSeen(services)),
    String(STATUS_TTL_SECONDS),
  ]
  const [status, entry, locked, wait, project, besides] = await services.redis.eval<
    string[],
    [string | null, string | null, number, number, string | null, string | null]
  >(PICK_UP, names, args)
  return { status, entry, locked: Number(locked) === 1, heldForMs: Number(wait), project, besides }
}

const END = `${READ_STATUS}
if ARGV[4] ~= '' and redis.call('GET', KEYS[4]) == ARGV[4] then redis.call('DEL', KEYS[4]) end
local superseded = known and known.runId ~= ARGV[1]
local mine = text == ARGV[2] or not (ended or superseded)
if ARGV[5] ~= '' and (mine or superseded) then redis.call('SET', KEYS[3], ARGV[5], 'EX', ARGV[6]) end
if not mine then return text end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
redis.call('ZREM', KEYS[2], KEYS[1])
return ''`

export interface RunEnd {
  readonly statusKey: string
  readonly status: RunStatus
  /** The lock to free, and its holder. */
  readonly lock?: { readonly key: string; readonly holder: string }
  /** The result to store. */
  readonly entry?: { readonly key: string; readonly text: string }
}

/**
 * The last call of a delivery: stores result and status and frees the lock. Returns '' if the run ends with this status,
 * else the text of the status with which it had ended before. The same call again returns the same.
 */
export async function endRun({ redis }: Services, { statusKey, status, lock, entry }: RunEnd): Promise<string> {
  const standing = await redis.eval<string[], string>(
    END,
    [statusKey, RUNNING, entry?.key ?? statusKey, lock?.key ?? statusKey],
    [
      status.runId,
      JSON.stringify(status),
      String(STATUS_TTL_SECONDS),
      lock?.holder ?? '',
      entry?.text ?? '',
      String(ENTRY_TTL_SECONDS),
    ],
  )
  if (entry) letGo([entry.key])
  return standing
}

const RELEASE_AND_READ = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return redis.call('GET', KEYS[2])`

/** Frees the lock of a delivery that failed. Returns the status as it stands. */
export const releaseAndRead = ({ redis }: Services, lock: string, statusKey: string, holder: string) =>
  redis.eval<string[], string | null>(RELEASE_AND_READ, [lock, statusKey], [holder])

const CANCEL = `${READ_STATUS}
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
local running = known and not ended
if ARGV[6] == 'forget' then redis.call('SET', KEYS[1], '${CANCELLED}', 'EX', ARGV[5])
elseif running then
  known.complete, known.error, known.cancelled, known.lost = true, true, true, nil
  known.errorMessage, known.endTime = ARGV[4], ARGV[3]
  redis.call('SET', KEYS[1], cjson.encode(known), 'EX', ARGV[5])
end
redis.call('ZREM', KEYS[3], KEYS[1])
return running and 1 or 0`

/** Marks an id as cancelled, and ends or forgets the run under it. Returns whether that was still running. */
export async function cancelStatus(
  services: Services,
  keys: { readonly status: string; readonly cancel: string },
  message: string,
  how: 'end' | 'forget',
): Promise<boolean> {
  const now = services.now()
  const args = [String(now.getTime()), String(lockMs(services)), now.toISOString(), message, String(STATUS_TTL_SECONDS)]
  return Number(await services.redis.eval(CANCEL, [keys.status, keys.cancel, RUNNING], [...args, how])) === 1
}

const NEARLY_LOST = `
return redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])`

/** The status keys of runs that will be lost within `ms`, those first that have least time; at most `limit`. */
export async function nearlyLost({ redis, now }: Services, ms: number, limit: number): Promise<string[]> {
  const from = now().getTime()
  const args = [String(from), String(from + ms), String(limit)]
  return (await redis.eval<string[], string[]>(NEARLY_LOST, [RUNNING], args)).map((key) => redis.bare(key))
}

const PROLONG = `
for i = 2, #KEYS do
  local text = redis.call('GET', KEYS[i])
  local known = text and text ~= '${CANCELLED}' and cjson.decode(text)
  if known and not known.complete and (known.aliveUntil or 0) < tonumber(ARGV[1]) then
    known.aliveUntil = tonumber(ARGV[1])
    redis.call('SET', KEYS[i], cjson.encode(known), 'KEEPTTL')
    redis.call('ZADD', KEYS[1], ARGV[1], KEYS[i])
  end
end
return #KEYS`

/** Lets runs that have not ended count as alive for as long as if they were enqueued now. */
export const prolong = ({ redis, now }: Services, keys: readonly string[]): Promise<unknown> =>
  redis.eval(PROLONG, [RUNNING, ...keys], [String(aliveUnseen(now().getTime()))])

const END_LOST = `
local lost = {}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[5])) do
  local text = redis.call('GET', key)
  local known = text and text ~= '${CANCELLED}' and cjson.decode(text)
  if known and not known.complete and (known.aliveUntil or 0) <= tonumber(ARGV[1]) then
    known.complete, known.error, known.lost, known.errorMessage, known.endTime = true, true, true, ARGV[3], ARGV[2]
    text = cjson.encode(known)
    redis.call('SET', key, text, 'EX', ARGV[4])
  end
  if known and known.lost then
    lost[#lost + 1] = key
    lost[#lost + 1] = text
  else redis.call('ZREM', KEYS[1], key) end
end
return lost`

export interface LostRun {
  readonly key: string
  readonly status: RunStatus
}

/** Ends lost runs as failed, at most `limit` of them. Returns them, and again by the next call until `forgetLost`. */
export async function endLost(services: Services, limit: number): Promise<LostRun[]> {
  const now = services.now()
  const args = [String(now.getTime()), now.toISOString(), LOST_MESSAGE, String(STATUS_TTL_SECONDS), String(limit)]
  const flat = await services.redis.eval<string[], string[]>(END_LOST, [RUNNING], args)
  return flat.flatMap((key, index) =>
    index % 2 === 0 ? [{ key: services.redis.bare(key), status: JSON.parse(flat[index + 1] ?? '') as RunStatus }] : [],
  )
}

const FORGET_LOST = `
local score = redis.call('ZSCORE', KEYS[1], KEYS[2])
if score and tonumber(score) <= tonumber(ARGV[1]) then return redis.call('ZREM', KEYS[1], KEYS[2]) end
return 0`

/** Forgets a lost run, after its subscribers were told; a new run under its key stays. */
export const forgetLost = ({ redis }: Services, { key, status }: LostRun): Promise<unknown> =>
  redis.eval(FORGET_LOST, [RUNNING, key], [String(Date.parse(status.endTime ?? status.startTime))])
