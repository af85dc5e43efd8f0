/** Checks of input before anything works on it: texts must be storable, and JSON must have a bounded depth. */
import { invalid } from './errors.ts'
import { MAX_DEPTH } from './json.ts'

/** Whether Postgres can hold a text: it has no U+0000 and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

/** The text of a string or a number; undefined for everything else, because an object may have no text at all. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/** The path of a value from the root of its JSON, as a chain towards the root. */
interface Place {
  readonly key: string
  readonly within: Place | undefined
  readonly depth: number
}

/**
 * Returns the value as it is. Throws 400 naming the field (below `attr` if given) if a text in it cannot be stored or if
 * it nests too deep. It does not recurse, so deep input cannot overflow the call stack.
 */
export function checkInput<T>(value: T, attr?: string): T {
  const root: Place | undefined = attr === undefined ? undefined : { key: attr, within: undefined, depth: 0 }
  if (typeof value === 'string' && !isStorable(value)) throw notStorable(root)
  const left: [object, Place | undefined][] = hasParts(value) ? [[value, root]] : []
  for (let next = left.pop(); next; next = left.pop()) {
    const [item, within] = next
    const depth = (within?.depth ?? 0) + 1
    if (depth > MAX_DEPTH)
      throw invalid(firstKey(within), `This is nested deeper than ${MAX_DEPTH} levels.`, 'too_deep')
    for (const key of Object.keys(item)) {
      if (!isStorable(key)) throw notStorable(within)
      const inner = (item as Readonly<Record<string, unknown>>)[key]
      if (hasParts(inner)) left.push([inner, { key, within, depth }])
      else if (typeof inner === 'string' && !isStorable(inner)) throw notStorable({ key, within, depth })
    }
  }
  return value
}

/** An object or a list. */
const hasParts = (value: unknown): value is object => typeof value === 'object' && value !== null

/**
 * Parses JSON that arrived as text in a parameter or a form field. Throws `refusal()` if the text is not JSON, and 400
 * naming the parameter if a text in it cannot be stored or it nests too deep.
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

/** The outermost key: a path of 128 keys would help nobody. */
function firstKey(place: Place | undefined): string | null {
  let at = place
  while (at?.within) at = at.within
  return at?.key ?? null
}
