/** ClickHouse's names of types, which JSONExtract takes: `Array(Nullable(Int64))` (docs/hogql-values.md). */
import type { ValueInfo } from './rules.ts'
import { arrayOf, mapOf, tupleOf } from './values.ts'

/** What is known of values of the type, and the type as the database reads it. */
export interface NamedType extends TypeOfName {
  readonly name: string
}
interface TypeOfName {
  readonly info: ValueInfo
  readonly shape: Shape
}
/** See `json_typed` in the migrations. */
interface Shape {
  readonly t: 'text' | 'float' | 'int' | 'boolean' | 'array' | 'map' | 'tuple'
  readonly n?: true
  readonly of?: readonly Shape[]
  readonly names?: readonly string[]
  readonly low?: number
  readonly high?: number
  readonly otherwise: unknown
}

/** Undefined for a name that is none, and for types that JSON cannot be read as here. */
export function namedType(name: string): NamedType | undefined {
  const type = typeOf(name)
  return type && { name, ...type }
}

function typeOf(text: string): TypeOfName | undefined {
  const [, name = '', inner] = /^\s*(\w+)\s*(?:\((.*)\))?\s*$/s.exec(text) ?? []
  const parts = inner === undefined ? [] : split(inner)
  switch (name) {
    case 'Nullable': {
      const of = parts.length === 1 ? typeOf(parts[0] ?? '') : undefined
      if (!of || typeof of.info.type === 'object') return undefined
      return { info: { ...of.info, isNullable: true }, shape: { ...of.shape, n: true, otherwise: null } }
    }
    case 'LowCardinality':
      return parts.length === 1 ? typeOf(parts[0] ?? '') : undefined
    case 'Array': {
      const of = parts.length === 1 ? typeOf(parts[0] ?? '') : undefined
      return of && { info: { type: arrayOf(of.info) }, shape: { t: 'array', of: [of.shape], otherwise: [] } }
    }
    case 'Map': {
      const [key, value, ...more] = parts.map(typeOf)
      if (!key || !value || more.length > 0) return undefined
      return {
        info: { type: mapOf(key.info, value.info) },
        shape: { t: 'map', of: [key.shape, value.shape], otherwise: [] },
      }
    }
    case 'Tuple':
      return tuple(parts)
    default:
      return scalar(name)
  }
}

/** `Tuple(Int64, String)`, `Tuple(a Int64, b String)` */
function tuple(parts: readonly string[]): TypeOfName | undefined {
  const named = parts.map((part) => /^\s*(\w+)\s+(\S.*)$/s.exec(part))
  const isNamed = parts.length > 0 && named.every((match) => match)
  const types = parts.map((part, i) => typeOf(isNamed ? (named[i]?.[2] ?? '') : part))
  const known = types.flatMap((type) => (type ? [type] : []))
  if (known.length === 0 || known.length < types.length) return undefined
  return {
    info: { type: tupleOf(known.map(({ info }) => info)) },
    shape: {
      t: 'tuple',
      of: known.map(({ shape }) => shape),
      ...(isNamed ? { names: named.map((match) => match?.[1] ?? '') } : {}),
      otherwise: known.map(({ shape }) => shape.otherwise),
    },
  }
}

function scalar(name: string): TypeOfName | undefined {
  if (['String', 'FixedString', 'UUID'].includes(name))
    return { info: { type: 'text' }, shape: { t: 'text', otherwise: '' } }
  if (name === 'Bool' || name === 'Boolean')
    return { info: { type: 'boolean', format: 'word' }, shape: { t: 'boolean', otherwise: false } }
  if (/^(Float(32|64)|Decimal(32|64|128|256)?|Double|Float)$/.test(name))
    return { info: { type: 'float' }, shape: { t: 'float', otherwise: 0 } }
  const [, unsigned, size] = /^(U?)Int(8|16|32|64|128|256)$/.exec(name) ?? []
  if (size === undefined) return undefined
  const values = 2 ** Math.min(Number(size), 64)
  const [low, high] = unsigned ? [0, values - 1] : [-values / 2, values / 2 - 1]
  return {
    info: {
      type: 'float',
      number: unsigned ? (size === '8' ? 'UInt8' : size === '32' ? 'UInt32' : 'UInt64') : 'Int64',
    },
    shape: { t: 'int', low, high, otherwise: 0 },
  }
}

/** What stands between commas that are not inside of brackets. */
function split(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const letter = text[i]
    if (letter === '(') depth++
    if (letter === ')') depth--
    if (letter !== ',' || depth > 0) continue
    parts.push(text.slice(start, i))
    start = i + 1
  }
  return [...parts, text.slice(start)]
}
