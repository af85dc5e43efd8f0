/** Parses deliveries of QStash: a message that Edgehog published, or the report that a message has been given up. */

import * as z from 'zod/mini'
import { fromBase64 } from '../core/base64.ts'
import { parseError } from '../core/errors.ts'
import { MAX_INT } from '../core/ids.ts'

/** The id of a row, in a message. */
export const rowId = z.int().check(z.gte(1)).check(z.lte(MAX_INT))

/** Parses the body of a delivery. Throws 400 `parse_error` if it is no such message; QStash then stops retrying. */
export function parseDelivery<T>(shape: z.ZodMiniType<T>, text: string): T {
  try {
    return shape.parse(JSON.parse(text))
  } catch {
    throw parseError('The delivery cannot be read.')
  }
}

/** A message that QStash has given up. `reason` is the `detail` of the last answer, if that was an error envelope. */
export interface Failure<T> {
  readonly message: T
  readonly reason: string | undefined
}

const failureCallback = z.object({ sourceBody: z.string(), body: z.nullish(z.string()) })

/**
 * Parses a failure callback, which has the message and the last answer in base64. Throws 400 `parse_error` if it
 * cannot.
 */
export function parseFailure<T>(shape: z.ZodMiniType<T>, text: string): Failure<T> {
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
