import type { JSON_FUNCTIONS } from '../../../tree/language/json.ts'
import type { Printed } from './printed.ts'

type Print = (args: readonly string[]) => string

/** Null where the text of the document is. */
const read =
  (print: (document: string) => string): Print =>
  ([document = 'null', text]) =>
    text === undefined ? print(document) : `case when ${text} is not null then ${print(document)} end`
const called = (name: string): Print => read((document) => `${name}(${document})`)

const listed =
  (item: string, rows: (document: string) => string): Print =>
  ([document = 'null']) =>
    `(select coalesce(jsonb_agg(${item}), '[]') from ${rows(document)})`

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
  jsonKeys: listed('"key"', (document) => `json_key_rows(${document}) as "keys"("key")`),
  jsonItems: listed('json_raw("item"::text)', (document) => `json_item_rows(${document}) as "items"("item")`),
  jsonPairs: listed(
    'jsonb_build_array("key", json_raw("value"::text))',
    (document) => `json_pair_rows(${document}) as "pairs"("key", "value")`,
  ),
  jsonTexts: listed('json_string("item")', (document) => `json_item_rows(${document}) as "items"("item")`),
  jsonNumbers: listed('json_numeric("item")', (document) => `json_item_rows(${document}) as "items"("item")`),
  jsonTyped: ([document, type]) => `json_typed(${document}, ${type}::jsonb)`,
  jsonPairsTyped: ([document, type]) => `json_pairs_typed((${document})::json, ${type}::jsonb)`,
  jsonKeyAt: ([document, place]) => `json_key_at((${document})::json, ${place})`,
}
