/** The types of the parts of arrays, tuples and maps, as what makes texts of them reads them (migrations/0021_values.sql). */
import type { FunctionContext, ValueInfo } from './rules.ts'
import { zoneOf } from './zones.ts'

interface PartType {
  readonly t: string
  readonly of?: readonly PartType[]
  readonly zone?: string
  readonly format?: string
}

export const partType = (info: ValueInfo, context: FunctionContext): string => JSON.stringify(typeOfPart(info, context))

function typeOfPart(info: ValueInfo, context: FunctionContext): PartType {
  const { type, format } = info
  const parts = (infos: readonly ValueInfo[]) => infos.map((part) => typeOfPart(part, context))
  if (typeof type === 'object') {
    const infos = type.kind === 'array' ? [type.of] : type.kind === 'tuple' ? type.of : [type.key, type.value]
    return { t: type.kind, of: parts(infos) }
  }
  if (type === 'float' || type === 'int') return { t: 'number' }
  if (type === 'instant') return { t: type, zone: zoneOf(info, context), ...(format ? { format } : {}) }
  return { t: type }
}
