/** What QStash delivers: a message of ours, or the report that a message was given up. */

import * as z from 'zod'
import { fromBase64 } from '../core/base64.ts'
import { parseError } from '../core/errors.ts'
import { MAX_INT } from '../core/ids.ts'

/** An id of a row. */
export const rowId = z.int().min(1).max(MAX_INT)

/** The text of a delivery -> its message. Throws `parse_error`, after which QStash does not come again. */
export function parseDelivery<T>(shape: z.ZodType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw parseError('The delivery cannot be read.')
  }
}

/** A message that was given up, and the reason that its last delivery answered, if it answered in our envelope. */
export interface Failure<T> {
  readonly message: T
  readonly reason: string | undefined
}

const failureCallback = z.object({ sourceBody: z.string(), body: z.string().nullish() })

/** The text of a failure callback, which holds both as base64. Throws `parse_error`. */
export function parseFailure<T>(shape: z.ZodType<T>, text: string): Failure<T> {
  const { sourceBody, body } = parseDelivery(failureCallback, text)
  return { message: parseDelivery(shape, textOf(sourceBody) ?? ''), reason: reasonOf(textOf(body ?? '')) }
}

function textOf(base64: string): string | undefined {
  const bytes = fromBase64(base64)
  return bytes && new TextDecoder().decode(bytes)
}

function reasonOf(envelope: string | undefined): string | undefined {
  try {
    const { detail } = JSON.parse(envelope ?? '')
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}
