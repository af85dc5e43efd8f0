import type { ARRAY_FUNCTIONS } from '../../../tree/language/arrays.ts'
import type { Printed } from './printed.ts'

export const PRINTED_ARRAY: Printed<typeof ARRAY_FUNCTIONS> = {}
