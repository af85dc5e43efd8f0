import type { HogqlNode } from '../hogql/node.ts'
import { parseHogql } from '../hogql/parse.ts'
import { HogQLQuery } from '../hogql/wire.ts'
import { parseNodePart } from '../schema.ts'

/** The persons whose ids are the first column of a query. */
export interface SqlPoint {
  readonly kind: 'SqlPoint'
  readonly query: HogqlNode
}

/** A HogQLQuery as the source of a listing. Throws what `parseHogql` throws. */
export const parseSqlPoint = (json: unknown, path: readonly string[]): SqlPoint => ({
  kind: 'SqlPoint',
  query: parseHogql(parseNodePart(HogQLQuery, json, path), path),
})
