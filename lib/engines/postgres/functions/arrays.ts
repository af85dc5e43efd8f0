import type { ARRAY_FUNCTIONS } from '../../../tree/language/arrays.ts'
import type { Printed } from './printed.ts'

const called =
  (name: string) =>
  (args: readonly string[]): string =>
    `${name}(${args.join(', ')})`

export const PRINTED_ARRAY: Printed<typeof ARRAY_FUNCTIONS> = {
  arrayLength: ([a]) => `coalesce(jsonb_array_length(${a}), 0)::float8`,
  has: ([a, x]) => `coalesce(${a} @> coalesce(${x}, 'null'), false)`,
  hasNested: called('array_has'),
  hasAll: called('array_has_all'),
  hasAny: called('array_has_any'),
  hasSubstr: called('array_has_part'),
  indexOf: ([a, x]) =>
    `(select coalesce(min("i"), 0)::float8 from jsonb_array_elements(${a}) with ordinality as "t "("e", "i") where "e" = coalesce(${x}, 'null'))`,
  countEqual: ([a, x]) =>
    `(select count(*)::float8 from jsonb_array_elements(${a}) as "t "("e") where "e" = coalesce(${x}, 'null'))`,
  arrayConcat: (arrays) => arrays.reduce((all, next) => `array_concat(${all}, ${next})`),
  arrayPushBack: ([a, x]) => `array_concat(${a}, jsonb_build_array(${x}))`,
  arrayPushFront: ([a, x]) => `array_concat(jsonb_build_array(${x}), ${a})`,
  arrayPopBack: ([a]) => `(${a} - -1)`,
  arrayPopFront: ([a]) => `(${a} - 0)`,
  arraySlice: called('array_slice'),
  arrayResize: called('array_resize'),
  arrayReverse: ([a]) =>
    `(select coalesce(jsonb_agg("e" order by "i" desc), '[]') from jsonb_array_elements(${a}) with ordinality as "t "("e", "i"))`,
  arrayRotateLeft: called('array_rotate'),
  arrayShiftLeft: called('array_shift'),
  arrayDistinct: ([a]) =>
    `(select coalesce(jsonb_agg("e" order by "i"), '[]') from (select "e", min("i") as "i" ` +
    `from jsonb_array_elements(${a}) with ordinality as "t "("e", "i") where "e" <> 'null' group by "e") as "d ")`,
  arrayUniq: ([a]) => `(select count(distinct "e")::float8 from jsonb_array_elements(${a}) as "t "("e"))`,
  arrayIntersect: (arrays) => arrays.reduce((all, next) => `array_intersect(${all}, ${next})`),
  arrayZip: called('array_zip'),
  arrayFlatten: called('array_flatten'),
  arrayCompact: called('array_compact'),
  arrayEnumerate: ([a]) =>
    `(select coalesce(jsonb_agg("i"), '[]') from generate_series(1, jsonb_array_length(${a})) as "t "("i"))`,
  arrayEnumerateUniq: called('array_enumerate_uniq'),
  arrayEnumerateDense: called('array_enumerate_dense'),
  range: called('array_range'),
  arrayWithConstant: called('array_filled'),
  arrayCumSum: called('array_sums'),
  arrayCumSumNonNegative: called('array_sums_not_negative'),
  arrayDifference: called('array_differences'),
  arrayProduct: called('array_product'),
  arrayAUC: called('array_auc'),
  arrayDotProduct: called('array_dot_product'),
  jsonWithin: called('value_within'),
  mapFromArrays: called('array_zip'),
  mapElement: called('map_element'),
  mapSide: called('map_side'),
  mapAdd: (maps) => maps.reduce((all, next) => `map_add(${all}, ${next})`),
  mapSubtract: (maps) => maps.reduce((all, next) => `map_subtract(${all}, ${next})`),
  mapUpdate: called('map_update'),
}
