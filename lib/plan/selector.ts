/**
 * Turns CSS selectors into regular expressions over an elements chain (docs/ingestion-and-entities.md (b) Elements). A
 * chain lists elements from the innermost out, separated by `;`. Each element is
 * `tag.class.class:attribute="value"attribute="value"`, with classes and attributes sorted.
 */
import { invalid } from '../core/errors.ts'
import { escapeRegex, requireShort } from '../hogql/patterns.ts'

interface Part {
  readonly tag: string | null
  readonly classes: readonly string[]
  readonly attributes: readonly (readonly [key: string, value: string])[]
  /** The next part must match the parent, not any ancestor. */
  readonly child: boolean
}

const MAX_SELECTOR = 1_000

const QUOTED = '"(?:[^"\\\\]|\\\\.)*"'
/** Matches any element. */
const ELEMENT = `[^;"]*(?:${QUOTED}[^;"]*)*`
/** Matches any number of whole attributes. */
const ATTRIBUTES = `(?:[^";]*${QUOTED})*`
const CLASS = '\\.[^.:;"]+'

/**
 * A CSS selector -> a regular expression that matches a chain which has a matching element. Throws 400 `invalid_input`
 * naming `attr` if the selector cannot be parsed.
 */
export function selectorPattern(selector: string, attr: string): string {
  requireShort(selector, attr)
  const parts = parse(selector, attr)
  const elements = parts.map((part, index) => {
    const separator = index === parts.length - 1 ? '' : part.child ? ';' : `;(?:${ELEMENT};)*`
    return elementPattern(part) + separator
  })
  return `(?:^|;)${elements.join('')}(?:;|$)`
}

/** A regular expression that matches a chain which has an element with this tag. */
export const tagPattern = (tag: string) => `(?:^|;)${escapeRegex(tag)}(?:[.:;]|$)`

function elementPattern({ tag, classes, attributes }: Part): string {
  const name = tag === null ? '[^.:;"]*' : escapeRegex(tag)
  const tokens = [...classes].sort().map((token) => `(?:${CLASS})*\\.${escapeRegex(token)}`)
  const wanted = [...attributes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${ATTRIBUTES}${escapeRegex(key)}="${escapeRegex(value.replaceAll('"', '\\"'))}"`)
  const tail = wanted.length > 0 ? `:${wanted.join('')}${ATTRIBUTES}` : `(?::${ATTRIBUTES})?`
  return `${name}${tokens.join('')}(?:${CLASS})*${tail}`
}

const TOKEN =
  /\s*>\s*|\s+|\*|[a-zA-Z][\w-]*|#[\w-]+|\.[^\s.#[\]:>]+|\[\s*[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\]\s]+)\s*\]|:nth-child\(\s*\d+\s*\)/gy

/** The parts of a selector, the innermost first. */
function parse(selector: string, attr: string): Part[] {
  if (selector.length > MAX_SELECTOR) throw invalid(attr, `A selector has ${MAX_SELECTOR} characters at most.`)
  const text = selector.trim()
  const tokens = text.match(TOKEN) ?? []
  if (tokens.join('') !== text) throw invalid(attr, `The selector ${JSON.stringify(selector)} cannot be read.`)
  const parts: Part[] = []
  let part: Part = { tag: null, classes: [], attributes: [], child: false }
  for (const token of tokens) {
    if (/^\s*>?\s*$/.test(token)) {
      parts.push(part)
      part = { tag: null, classes: [], attributes: [], child: token.includes('>') }
    } else part = extend(part, token)
  }
  return [...parts, part].reverse().filter((item) => item.tag || item.classes.length > 0 || item.attributes.length > 0)
}

function extend(part: Part, token: string): Part {
  const attribute = (key: string, value: string) => ({
    ...part,
    attributes: [...part.attributes, [key, value] as const],
  })
  if (token === '*') return part
  if (token.startsWith('#')) return attribute('attr_id', token.slice(1))
  if (token.startsWith('.')) return { ...part, classes: [...part.classes, token.slice(1)] }
  if (token.startsWith(':')) return attribute('nth-child', token.replace(/\D/g, ''))
  if (!token.startsWith('[')) return { ...part, tag: token }
  const [, key = '', value = ''] = token.match(/^\[\s*([\w-]+)\s*=\s*(.*?)\s*\]$/) ?? []
  return attribute(key === 'id' ? 'attr_id' : `attr__${key}`, value.replace(/^(["'])(.*)\1$/, '$2'))
}
