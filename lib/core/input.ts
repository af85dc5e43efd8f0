/** What comes from outside, checked before anything works on it: texts that can be stored, JSON of bounded depth. */
import { invalid } from './errors.ts'
import { MAX_DEPTH } from './json.ts'

/** Whether Postgres can hold a text: it has no U+0000 and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

/** The text of a text or a number; undefined for everything else, of which objects may have none at all. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/** Where a value lies in the whole. */
interface Place {
  readonly key: string
  readonly within: Place | undefined
  readonly depth: number
}

/**
 * The value as it is, unless a text in it cannot be stored or it is too deep: then throws 400 naming the field, below
 * `attr` if one is given. No recursion: depth of input is no depth of calls.
 */
export function checkInput<T>(value: T, attr?: string): T {
  const root: Place | undefined = attr === undefined ? undefined : { key: attr, within: undefined, depth: 0 }
  if (typeof value === 'string' && !isStorable(value)) throw notStorable(root)
  const left: [object, Place | undefined][] = isObject(value) ? [[value, root]] : []
  for (let next = left.pop(); next; next = left.pop()) {
    const [item, within] = next
    const depth = (within?.depth ?? 0) + 1
    if (depth > MAX_DEPTH)
      throw invalid(firstKey(within), `This is nested deeper than ${MAX_DEPTH} levels.`, 'too_deep')
    for (const key of Object.keys(item)) {
      if (!isStorable(key)) throw notStorable(within)
      const inner = (item as Readonly<Record<string, unknown>>)[key]
      if (isObject(inner)) left.push([inner, { key, within, depth }])
      else if (typeof inner === 'string' && !isStorable(inner)) throw notStorable({ key, within, depth })
    }
  }
  return value
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * JSON that came as a text, in a parameter or in a field of a form. Throws 400 naming the parameter for what cannot be
 * stored or is too deep, and `refusal` for what is no JSON.
 */
export function readJson(attr: string, text: string, refusal: () => Error): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw refusal()
  }
  return checkInput(value, attr)
}

function notStorable(place: Place | undefined): Error {
  const keys: string[] = []
  for (let at = place; at; at = at.within) keys.unshift(at.key)
  return invalid(keys.join('__') || null, 'Null characters are not allowed.', 'null_characters_not_allowed')
}

/** Whoever nests so deep knows where. */
function firstKey(place: Place | undefined): string | null {
  let at = place
  while (at?.within) at = at.within
  return at?.key ?? null
}
