import * as catalog from '../catalog/sessions.ts'
import type { SqlType } from '../tree/types.ts'
import type { PropertyType } from './context.ts'

const REGISTERED: Readonly<Record<SqlType, PropertyType>> = {
  text: 'String',
  float: 'Numeric',
  int: 'Numeric',
  boolean: 'Boolean',
  instant: 'DateTime',
}

/** The type by which a session property is compared; undefined if sessions have no such property. */
export function sessionPropertyType(key: string): PropertyType | undefined {
  const type = catalog.sessionPropertyType(key)
  return type && REGISTERED[type]
}
