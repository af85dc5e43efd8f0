/**
 * What is wrong with a value, in words that clients see. Importing this module gives them to the issues of all schemas;
 * zod/mini has none of its own.
 */
import * as z from 'zod/mini'
import { didYouMean } from './nearest.ts'
import { cut } from './text.ts'

/** The text of a key that is missing. */
export const FIELD_REQUIRED = 'Field required'

const TYPES: ReadonlyMap<unknown, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
])
const FORMATS: ReadonlyMap<unknown, string> = new Map([
  ['url', 'a URL'],
  ['datetime', 'a date with its time, such as 2026-01-31T12:00:00Z'],
  ['guid', 'a UUID'],
  ['email', 'an e-mail address'],
])
const MOST_SHOWN = 100

z.config({ localeError: textOf })

function textOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return FIELD_REQUIRED
      return `Input should be ${typeName(issue.expected)}, not ${typeOf(issue.input)}`
    case 'invalid_value':
      return issue.input === undefined ? FIELD_REQUIRED : choiceText(issue.input, issue.values)
    case 'too_big':
      return limitText(issue.origin, 'at most', String(issue.maximum), issue.inclusive === false)
    case 'too_small':
      return limitText(issue.origin, 'at least', String(issue.minimum), issue.inclusive === false)
    case 'invalid_format':
      return `Input should be ${FORMATS.get(issue.format) ?? `of the form ${issue.pattern ?? issue.format}`}`
    case 'unrecognized_keys':
      return `Extra inputs are not permitted.${didYouMean(issue.keys[0], keysThatFit(issue))}`
    case 'invalid_union':
      if (issue.input === undefined) return FIELD_REQUIRED
      return issue.errors.length > 0 ? unionText(issue.errors, issue.input) : discriminatorText(issue)
    default:
      return 'Input is not valid'
  }
}

const typeName = (expected: unknown): string => TYPES.get(expected) ?? String(expected)

function typeOf(input: unknown): string {
  if (input === null) return 'null'
  if (Array.isArray(input)) return 'a list'
  if (typeof input === 'number') return Number.isInteger(input) ? 'a whole number' : 'a number'
  return typeName(typeof input)
}

function limitText(origin: string, side: string, limit: string, isOpen: boolean): string {
  if (origin === 'string') return `Input should have ${side} ${limit} characters`
  if (origin === 'array') return `Input should have ${side} ${limit} items`
  if (isOpen) return `Input should be ${side === 'at most' ? 'less' : 'more'} than ${limit}`
  return `Input should be ${side} ${limit}`
}

function choiceText(input: unknown, values: readonly unknown[]): string {
  const texts = values.map(shown)
  const given = typeof input === 'object' && input !== null ? '' : `, not ${shown(input)}`
  if (texts.length === 1) return `Input should be ${texts[0]}${given}`
  const near = didYouMean(input, values.filter((value) => typeof value === 'string') as string[])
  return `Input should be one of ${texts.join(', ')}${given}${near && `.${near}`}`
}

const shown = (value: unknown): string => cut(JSON.stringify(value) ?? String(value), MOST_SHOWN)

/** The keys that an object can have and has not. */
function keysThatFit({ inst, input }: z.core.$ZodRawIssue): string[] {
  const { shape = {} } = (inst as { _zod?: { def: { shape?: object } } } | undefined)?._zod?.def ?? {}
  return Object.keys(shape).filter((key) => !Object.hasOwn(Object(input), key))
}

function discriminatorText({ input, options, discriminator }: z.core.$ZodRawIssue): string {
  const given = (input as Readonly<Record<string, unknown>>)[String(discriminator)]
  return given === undefined ? FIELD_REQUIRED : choiceText(given, (options as readonly unknown[] | undefined) ?? [])
}

type Issues = readonly z.core.$ZodIssue[]

/** A value that is of no type of a union: which there are. */
function unionText(options: readonly Issues[], input: unknown): string {
  const unique = [...new Set(typesIn(options))]
  if (unique.length === 0) return 'Input is not valid'
  const last = unique.length > 1 ? ` or ${unique.at(-1)}` : unique[0]
  return `Input should be ${unique.slice(0, -1).join(', ')}${last}, not ${typeOf(input)}`
}

const typesIn = (options: readonly Issues[]): string[] =>
  options.flat().flatMap((issue) => {
    if (issue.path.length > 0) return []
    if (issue.code === 'invalid_type') return [typeName(issue.expected)]
    if (issue.code === 'invalid_union') return typesIn(issue.errors)
    return issue.code === 'invalid_value' ? issue.values.map(shown) : []
  })

/** What is wrong and where, with the key that nobody knows at the end of the path. */
export interface Wrong {
  readonly path: readonly PropertyKey[]
  readonly text: string
  readonly issue: z.core.$ZodIssue
}

/**
 * The issue that says most: the one deepest in the value, at one depth that of an unknown key, since a key that is missing
 * may be the one that was misspelt. Of a union, that of the member which was probably meant.
 */
export function mostTelling(issues: Issues): Wrong {
  const [first, ...others] = issues.map(wrongOf)
  if (!first) return { path: [], text: 'Input is not valid', issue: { code: 'custom', path: [], message: '' } }
  return others.reduce((best, each) => (rank(each) > rank(best) ? each : best), first)
}

const rank = ({ path, issue }: Wrong): number => path.length + (issue.code === 'unrecognized_keys' ? 0.5 : 0)

function wrongOf(issue: z.core.$ZodIssue): Wrong {
  if (issue.code === 'unrecognized_keys')
    return { path: [...issue.path, ...issue.keys.slice(0, 1)], text: issue.message, issue }
  const member = issue.code === 'invalid_union' ? likelyMember(issue.errors) : undefined
  if (!member) return { path: issue.path, text: issue.message, issue }
  const inner = mostTelling(member)
  return { ...inner, path: [...issue.path, ...inner.path] }
}

/** The member whose type the value has, and its literals (such as `kind`); undefined if it has that of none. */
function likelyMember(options: readonly Issues[]): Issues | undefined {
  const fitting = options.filter((issues) => !issues.some(isOfOtherType))
  const [first, ...others] = fitting.toSorted((one, other) => one.length - other.length)
  return others.find((issues) => first?.some(isOtherLiteral) && !issues.some(isOtherLiteral)) ?? first
}

const isOfOtherType = (issue: z.core.$ZodIssue): boolean => {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_union') return !likelyMember(issue.errors)
  return issue.code === 'invalid_type' || issue.code === 'invalid_value'
}

const isOtherLiteral = (issue: z.core.$ZodIssue): boolean => issue.code === 'invalid_value' && issue.values.length === 1

/** With a full stop, unless it ends already. */
export const asSentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`)
