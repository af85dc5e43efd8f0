import { coerce, textOfJson } from './coerce.ts'
import type { FunctionContext, FunctionRule, Typed, ValueType } from './rules.ts'
import { toArray } from './values.ts'

/** An argument as its function takes it. `common`: the one type of arguments that must have the same. */
export function fit(
  typed: Typed,
  want: FunctionRule['takes'][number],
  common: ValueType,
  context: FunctionContext,
): Typed {
  switch (want) {
    case 'any':
      return typed
    case 'string':
      if (!STRINGS.includes(typed.type)) throw context.error('This is no text: toString(x) makes it one.')
      return coerce(typed, 'text', context)
    case 'string or array':
      return fit(typed, STRINGS.includes(typed.type) ? 'string' : 'array', common, context)
    case 'array':
      return toArray(typed, context)
    case 'json':
      return textOfJson(typed) ?? coerce(typed, 'text', context)
    case 'number':
      return KEPT.includes(typed.type) && !(typed.type === 'text' && typed.isRead)
        ? typed
        : coerce(typed, 'float', context)
    case 'text or list':
      return LISTS.includes(typed.type) ? typed : coerce(typed, 'text', context)
    case 'id or number':
      return typed.type === 'id' ? typed : coerce(typed, 'float', context)
    case 'same':
    case 'compared':
      return coerce(typed, common, context)
    default:
      return coerce(typed, want, context)
  }
}

const STRINGS: readonly ValueType[] = ['text', 'null', 'id', 'properties']
const KEPT: readonly ValueType[] = ['text', 'instant', 'float']
const LISTS: readonly ValueType[] = ['ids', 'numbers']
