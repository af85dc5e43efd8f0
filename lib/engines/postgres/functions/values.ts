import type { VALUE_FUNCTIONS } from '../../../tree/language/values.ts'
import type { Printed } from './printed.ts'

export const PRINTED_VALUES: Printed<typeof VALUE_FUNCTIONS> = {
  toJson: ([of]) => `to_jsonb(${of})`,
  jsonArray: (items) => `jsonb_build_array(${items.join(', ')})`,
  jsonToText: ([of]) => `(${of} #>> '{}')`,
  jsonToFloat: ([of]) => `(${of} #>> '{}')::float8`,
  jsonToBoolean: ([of]) => `(${of} #>> '{}')::boolean`,
  jsonToInstant: ([of]) => `(${of} #>> '{}')::timestamptz`,
  jsonElement: (args) => `json_element(${args.join(', ')})`,
  jsonHas: ([list, item]) =>
    `exists (select from jsonb_array_elements(${list}) as "e"("v") where "e"."v" = coalesce(${item}, 'null'))`,
  elements: ([of]) => `jsonb_array_elements(${of})`,
  compactJson: ([of]) => `json_compacted(${of})`,
  jsonOrder: ([of]) => `(json_order(${of}) collate "C")`,
}
