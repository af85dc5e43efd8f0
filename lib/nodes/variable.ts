/** Variables of a project, which SQL texts read: what their values are like. */
import { MAX_TEXT } from './bounds.ts'

export const VARIABLE_TYPES = ['String', 'Number', 'Boolean', 'List', 'Date'] as const
export type VariableType = (typeof VARIABLE_TYPES)[number]

/** What the values of a variable must be like. */
export interface VariableKind {
  readonly type: VariableType
  /** Of a list: the values that it allows; null: any. */
  readonly values: readonly unknown[] | null
}

/**
 * The value as the variable takes it: numbers and booleans also as texts. `refuse` makes the error that is thrown if the
 * variable does not take it.
 */
export function checkVariableValue({ type, values }: VariableKind, value: unknown, refuse: (detail: string) => Error) {
  switch (type) {
    case 'Number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
      if (typeof number !== 'number' || !Number.isFinite(number)) throw refuse('The value must be a number.')
      return number
    }
    case 'Boolean': {
      if (typeof value === 'boolean') return value
      if (value === 'true' || value === 'false') return value === 'true'
      throw refuse('The value must be true or false.')
    }
    case 'List': {
      const chosen = Array.isArray(value) ? value : [value]
      const wrong = chosen.find((each) => !isScalar(each) || (values !== null && !values.includes(each)))
      if (wrong !== undefined) throw refuse(`${JSON.stringify(wrong)} is none of the values of the list.`)
      return value
    }
    case 'String':
    case 'Date':
      if (typeof value !== 'string' && typeof value !== 'number') throw refuse('The value must be a text.')
      if (String(value).length > MAX_TEXT) throw refuse(`The value has ${MAX_TEXT} characters at most.`)
      return String(value)
    default:
      return type satisfies never
  }
}

const isScalar = (value: unknown) =>
  typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value.length <= MAX_TEXT)

/** `Most Valuable Plan!` -> `most_valuable_plan`: how texts call the variable. */
export const codeNameOf = (name: string): string =>
  name
    .replace(/[^\p{L}\p{N} ]/gu, '')
    .replaceAll(' ', '_')
    .toLowerCase()
