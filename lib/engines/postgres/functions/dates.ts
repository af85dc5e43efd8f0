import type { DATE_FUNCTIONS } from '../../../tree/language/dates.ts'
import type { Printed } from './printed.ts'

export const PRINTED_DATE: Printed<typeof DATE_FUNCTIONS> = {}
