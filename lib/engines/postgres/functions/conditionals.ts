import type { CONDITIONAL_FUNCTIONS } from '../../../tree/language/conditionals.ts'
import type { Printed } from './printed.ts'

const transform = ([of, from, to, otherwise]: readonly string[]) =>
  `coalesce((${to})[array_position(${from}, ${of})], ${otherwise})`

export const PRINTED_CONDITIONAL: Printed<typeof CONDITIONAL_FUNCTIONS> = {
  xor: ([a, b]) => `(${a} <> ${b})`,
  transformToText: transform,
  transformToFloat: transform,
  isEmptyJson: ([of]) => `(${of} = any(array['[]', '{}']::jsonb[]))`,
}
