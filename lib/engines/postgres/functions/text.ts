import type { TEXT_FUNCTIONS } from '../../../tree/language/text.ts'
import type { Printed } from './printed.ts'

export const PRINTED_TEXT: Printed<typeof TEXT_FUNCTIONS> = {}
