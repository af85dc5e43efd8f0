import type { LanguageFunction } from '../../../tree/language.ts'
import { PRINTED_COLLECTED } from './aggregates.ts'
import { PRINTED_ARRAY } from './arrays.ts'
import { PRINTED_CONDITIONAL } from './conditionals.ts'
import { PRINTED_DATE } from './dates.ts'
import { PRINTED_JSON } from './json.ts'
import { PRINTED_NUMBER } from './numbers.ts'
import type { Printed } from './printed.ts'
import { PRINTED_TEXT } from './text.ts'
import { PRINTED_URL } from './urls.ts'
import { PRINTED_VALUES } from './values.ts'

export const PRINTED_FUNCTIONS: Printed<Record<LanguageFunction, unknown>> = {
  ...PRINTED_VALUES,
  ...PRINTED_COLLECTED,
  ...PRINTED_TEXT,
  ...PRINTED_URL,
  ...PRINTED_NUMBER,
  ...PRINTED_CONDITIONAL,
  ...PRINTED_DATE,
  ...PRINTED_ARRAY,
  ...PRINTED_JSON,
}
