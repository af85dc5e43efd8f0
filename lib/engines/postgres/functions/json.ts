import type { JSON_FUNCTIONS } from '../../../tree/language/json.ts'
import type { Printed } from './printed.ts'

type Print = (args: readonly string[]) => string

/** Null where the text of the document is. */
const read =
  (print: (document: string) => string): Print =>
  ([document = 'null', text]) =>
    text === undefined ? print(document) : `case when ${text} is not null then ${print(document)} end`
const called = (name: string): Print => read((document) => `${name}(${document})`)

/** Rows of a document, and what is taken of each. */
interface Rows {
  readonly item: string
  readonly type: 'text' | 'float8' | 'jsonb'
  readonly from: (document: string) => string
}
const items = (item: string, type: Rows['type']): Rows => ({
  item,
  type,
  from: (document) => `json_item_rows(${document}) as "items"("item")`,
})
/** The functions that give the rows of a document as an array. */
const ROWS = {
  jsonKeys: { item: '"key"', type: 'text', from: (document) => `json_key_rows(${document}) as "keys"("key")` },
  jsonItems: items('json_raw("item"::text)', 'text'),
  jsonTexts: items('json_string("item")', 'text'),
  jsonNumbers: items('json_numeric("item")', 'float8'),
  jsonPairs: {
    item: 'jsonb_build_array("key", json_raw("value"::text))',
    type: 'jsonb',
    from: (document) => `json_pair_rows(${document}) as "pairs"("key", "value")`,
  },
} as const satisfies Partial<Record<keyof typeof JSON_FUNCTIONS, Rows>>
const listed =
  ({ item, from }: Rows): Print =>
  ([document = 'null']) =>
    `(select coalesce(jsonb_agg(${item}), '[]') from ${from(document)})`

/** The rows by the functions whose arrays are made of them. */
export const DOCUMENT_ROWS: ReadonlyMap<string, Rows> = new Map<string, Rows>(Object.entries(ROWS))

export const PRINTED_JSON: Printed<typeof JSON_FUNCTIONS> = {
  jsonDocument: ([text]) => `json_document(${text})`,
  jsonKey: ([document, key]) => `(${document} -> ${key})`,
  jsonAt: ([document, place]) => `json_at(${document}, ${place})`,
  jsonString: called('json_string'),
  jsonRaw: read((document) => `coalesce(json_raw((${document})::text), '')`),
  jsonInt: read((document) => `number_cut(json_number(${document}), -9223372036854775808, 9223372036854775807)`),
  jsonUInt: read((document) => `number_cut(json_number(${document}), 0, 18446744073709551615)`),
  jsonFloat: called('json_number'),
  jsonNumeric: called('json_numeric'),
  jsonBool: called('json_boolean'),
  jsonExists: read((document) => `((${document}) is not null)`),
  jsonLength: called('json_length'),
  jsonKind: read((document) => `json_kind((${document})::json)`),
  jsonKeys: listed(ROWS.jsonKeys),
  jsonItems: listed(ROWS.jsonItems),
  jsonPairs: listed(ROWS.jsonPairs),
  jsonTexts: listed(ROWS.jsonTexts),
  jsonNumbers: listed(ROWS.jsonNumbers),
  jsonTyped: ([document, type]) => `json_typed(${document}, ${type}::jsonb)`,
  jsonPairsTyped: ([document, type]) => `json_pairs_typed((${document})::json, ${type}::jsonb)`,
  jsonKeyAt: ([document, place]) => `json_key_at((${document})::json, ${place})`,
}
