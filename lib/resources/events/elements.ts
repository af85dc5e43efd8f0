/** The elements of a chain as `GET events/` shows them, the innermost first. */
export interface ShownElement {
  readonly tag_name: string
  readonly attr_class: readonly string[] | null
  readonly attr_id: string | null
  readonly text: string | null
  readonly href: string | null
  readonly nth_child: number | null
  readonly nth_of_type: number | null
  readonly attributes: Readonly<Record<string, string>>
  readonly order: number
}

const ELEMENT = /((?:[^;":\\]|\\.)*)(?::((?:[^;"\\]|"(?:[^"\\]|\\.)*")*))?(?:;|$)/g
const ATTRIBUTE = /([^"=]+)="((?:[^"\\]|\\.)*)"/g
const MOST_ELEMENTS = 200

/** `a.b:href="/x"nth-child="1";div` -> its elements. */
export function elementsOf(chain: string): ShownElement[] {
  if (!chain) return []
  return [...chain.matchAll(ELEMENT)]
    .filter(([whole]) => whole !== '')
    .slice(0, MOST_ELEMENTS)
    .map(([, name = '', attributes = ''], order) => {
      const [tag = '', ...classes] = name.split('.').filter(Boolean)
      const found = new Map(
        [...attributes.matchAll(ATTRIBUTE)].map(([, key = '', value = '']) => [key, value.replace(/\\(.)/g, '$1')]),
      )
      const number = (key: string) => (/^\d{1,9}$/.test(found.get(key) ?? '') ? Number(found.get(key)) : null)
      const own = ['text', 'href', 'attr_id', 'nth-child', 'nth-of-type']
      return {
        tag_name: tag,
        attr_class: classes.length > 0 ? classes : null,
        attr_id: found.get('attr_id') ?? null,
        text: found.get('text') ?? null,
        href: found.get('href') ?? null,
        nth_child: number('nth-child'),
        nth_of_type: number('nth-of-type'),
        attributes: Object.fromEntries([...found].filter(([key]) => !own.includes(key))),
        order,
      }
    })
}
