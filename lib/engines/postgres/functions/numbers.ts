import type { NUMBER_FUNCTIONS } from '../../../tree/language/numbers.ts'
import type { Printed } from './printed.ts'

export const PRINTED_NUMBER: Printed<typeof NUMBER_FUNCTIONS> = {}
