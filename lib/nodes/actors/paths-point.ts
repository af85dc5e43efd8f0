import { invalid } from '../../core/errors.ts'
import type { PathsNode } from '../paths/node.ts'
import { parsePaths } from '../paths/parse.ts'
import { PathsQuery } from '../paths/wire.ts'
import { parseNodePart } from '../schema.ts'

/** An item with its place in a way, from 1: `2_/pricing`. */
export interface PathKey {
  readonly position: number
  readonly item: string
}

/** A number of a PathsQuery, whose actors are listed. Without any key: all who have a way. */
export interface PathsPoint {
  readonly kind: 'PathsPoint'
  readonly source: PathsNode
  /** Those who went on from the item. */
  readonly from: PathKey | null
  /** Those who arrived at the item. */
  readonly at: PathKey | null
  /** Those whose way ended at the item. */
  readonly dropOff: PathKey | null
}

/**
 * An InsightActorsQuery over a PathsQuery -> the number whose people are listed. `path`: its place in the request.
 * Throws 400 `invalid_input` if a key is no item with a position, and the errors of `parsePaths`.
 */
export function parsePathsPoint({ source }: { readonly source: unknown }, path: readonly string[]): PathsPoint {
  const at = [...path, 'source']
  const query = parseNodePart(PathsQuery, source, at)
  const { pathStartKey, pathEndKey, pathDropoffKey } = query.pathsFilter
  const key = (name: string, text: string | null | undefined) =>
    text ? parseKey(text, [...at, 'pathsFilter', name].join('__')) : null
  const dropOff = key('pathDropoffKey', pathDropoffKey)
  return {
    kind: 'PathsPoint',
    source: parsePaths(query, at),
    from: dropOff ? null : key('pathStartKey', pathStartKey),
    at: dropOff ? null : key('pathEndKey', pathEndKey),
    dropOff,
  }
}

function parseKey(text: string, attr: string): PathKey {
  const [, position, item] = /^([1-9]\d{0,3})_(.*)$/s.exec(text) ?? []
  if (position === undefined || item === undefined)
    throw invalid(attr, 'This must be a position and an item, such as "2_/pricing".')
  return { position: Number(position), item }
}
