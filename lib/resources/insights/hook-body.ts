/** What the call of a refresh hook says: which events a backfill has changed, and which insights to refresh. */
import * as z from 'zod/mini'
import { invalid, parseError } from '../../core/errors.ts'
import type { ChangedDays } from '../../engines/engine.ts'
import { list, parseInput, text } from '../fields.ts'

const MAX_DAYS = 366
const MAX_EVENTS = 100
/** Each is a row of the database. */
const MAX_PAIRS = 10_000
const MAX_INSIGHTS = 50

const isDay = (value: string): boolean => {
  const at = /^[1-9]\d{3}-\d{2}-\d{2}$/.test(value) ? Date.parse(`${value}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value)
}

const name = text(400, { blank: false })

/** The body of a call, as the OpenAPI document has it. */
export const hookCallBody = z.object({
  days: z.optional(list(name, MAX_DAYS)),
  events: z.optional(list(name, MAX_EVENTS)),
  insights: z.optional(list(name, MAX_INSIGHTS)),
})

export interface HookOrder {
  /** Days of the project's zone, and names of events; undefined: nothing has changed. */
  readonly changed: ChangedDays | undefined
  /** Ids or short ids. */
  readonly insights: readonly string[] | undefined
}

const NO_ORDER: HookOrder = { changed: undefined, insights: undefined }
const KEYS = Object.keys(hookCallBody.shape)

/**
 * The bytes of a call -> what it orders. The hook of an insight takes any body: one that has none of the keys orders
 * nothing beside the refresh of its insight. Throws 400 with the name of the field.
 */
export function readHookOrder(bytes: Uint8Array, of: 'project' | 'insight'): HookOrder {
  const body = readObject(bytes)
  const isOrder = body !== undefined && KEYS.some((key) => Object.hasOwn(body, key))
  if (!isOrder && of === 'insight') return NO_ORDER
  if (body === undefined) throw parseError('The body must be a JSON object with days and events, or insights.')
  const { days, events, insights } = parseInput(hookCallBody, body)
  if (insights && of === 'insight') throw invalid('insights', 'Only a hook of a project takes this.')
  const changed = changedDays(days, events)
  if (!changed && !insights) throw invalid('insights', 'The body must have days and events, or insights.', 'required')
  if (insights?.length === 0) throw invalid('insights', 'This list may not be empty.', 'empty')
  return { changed, insights }
}

function changedDays(days: readonly string[] | undefined, events: readonly string[] | undefined) {
  if (days === undefined && events === undefined) return undefined
  if (days === undefined) throw invalid('days', 'This field is required.', 'required')
  if (events === undefined) throw invalid('events', 'This field is required.', 'required')
  if (days.length === 0) throw invalid('days', 'This list may not be empty.', 'empty')
  if (events.length === 0) throw invalid('events', 'This list may not be empty.', 'empty')
  const wrong = days.find((day) => !isDay(day))
  if (wrong !== undefined) throw invalid('days', `"${wrong}" is no day: they are written as 2026-01-31.`)
  if (days.length * events.length > MAX_PAIRS)
    throw invalid('events', `Days times events may be ${MAX_PAIRS} at most: call more than once.`, 'max_length')
  return { days, events }
}

function readObject(bytes: Uint8Array): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
