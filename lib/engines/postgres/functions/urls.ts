import type { URL_FUNCTIONS } from '../../../tree/language/urls.ts'
import type { Printed } from './printed.ts'

export const PRINTED_URL: Printed<typeof URL_FUNCTIONS> = {}
