/** Filters that whoever signs a token or makes a link lays under every query of whoever uses it (docs/viewers.md). */
import { canonicalJson } from './json.ts'

/** A property filter of PostHog, of events, persons or groups. */
export interface ForcedFilter {
  readonly type: 'event' | 'person' | 'group'
  readonly key: string
  /** `exact` unless given. */
  readonly operator?: string | undefined
  readonly value?: string | number | boolean | readonly (string | number | boolean)[] | undefined
  /** Of a group filter: its type, from 0. */
  readonly group_type_index?: number | undefined
}

/** All of them hold. None: every row is to be seen. */
export type ForcedFilters = readonly ForcedFilter[]

export const NOTHING_FORCED: ForcedFilters = []

/** The same for filters that are alike, and for no others. */
export const forcedText = (forced: ForcedFilters): string => canonicalJson(forced)
