import type { VALUE_FUNCTIONS } from '../../../tree/language/values.ts'
import type { Printed } from './printed.ts'

/** A function takes 100 arguments at most. */
const MOST_ARGUMENTS = 100
function built(items: readonly string[]): string {
  if (items.length <= MOST_ARGUMENTS) return `jsonb_build_array(${items.join(', ')})`
  const parts: string[] = []
  for (let i = 0; i < items.length; i += MOST_ARGUMENTS) parts.push(built(items.slice(i, i + MOST_ARGUMENTS)))
  return `(${parts.join(' || ')})`
}

export const PRINTED_VALUES: Printed<typeof VALUE_FUNCTIONS> = {
  toJson: ([of]) => `to_jsonb(${of})`,
  jsonArray: built,
  jsonTuple: built,
  jsonMap: (items) =>
    built(items.flatMap((key, i) => (i % 2 === 0 ? [`jsonb_build_array(${key}, ${items[i + 1]})`] : []))),
  jsonToText: ([of]) => `(${of} #>> '{}')`,
  jsonToFloat: ([of]) => `(${of} #>> '{}')::float8`,
  jsonToBoolean: ([of]) => `(${of} #>> '{}')::boolean`,
  jsonToInstant: ([of]) => `(${of} #>> '{}')::timestamptz`,
  jsonElement: (args) => `json_element(${args.join(', ')})`,
  jsonHas: ([list, item]) =>
    `exists (select from jsonb_array_elements(${list}) as "e "("v") where "e "."v" = coalesce(${item}, 'null'))`,
  elements: ([of]) => `jsonb_array_elements(${of})`,
  compactJson: ([of]) => `json_compacted(${of})`,
  valueText: ([of, type]) => `value_text(${of}, ${type}::jsonb)`,
  valueJson: ([of, type]) => `value_json(${of}, ${type}::jsonb)`,
  jsonOrder: ([of]) => `(json_order(${of}) collate "C")`,
}
