import type { JSON_FUNCTIONS } from '../../../tree/language/json.ts'
import type { Printed } from './printed.ts'

export const PRINTED_JSON: Printed<typeof JSON_FUNCTIONS> = {}
