import { isObject, type Json } from '../../core/json.ts'

/**
 * Clicked elements as one text (docs/ingestion-and-entities.md (b) Elements): from the innermost out, `;` between,
 * each `tag.class.class:attribute="value"attribute="value"` with classes and attributes sorted.
 */
export const elementsChain = (elements: readonly unknown[]): string => elements.filter(isObject).map(element).join(';')

function element(source: Json): string {
  const classes = classNames(source.attr__class)
  const named: Json = {
    text: source.$el_text ?? source.text,
    href: source.attr__href ?? source.href,
    attr_id: source.attr__id ?? source.attr_id,
    'nth-child': source.nth_child,
    'nth-of-type': source.nth_of_type,
    ...Object.fromEntries(Object.entries(source).filter(([key]) => key.startsWith('attr__'))),
  }
  const attributes = Object.entries(named)
    .filter(([, value]) => value !== undefined && value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}="${valueText(value).replaceAll('"', '\\"')}"`)
  const tag = typeof source.tag_name === 'string' ? source.tag_name : ''
  const head = [tag, ...classes].join('.')
  return attributes.length > 0 ? `${head}:${attributes.join('')}` : head
}

const classNames = (value: unknown): string[] =>
  (Array.isArray(value) ? value.map(valueText) : valueText(value ?? '').split(/\s+/)).filter(Boolean).sort()

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map((item) => valueText(item ?? '')).join(' ')
  // an object of the client may have a `toString` of its own that is no function
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
