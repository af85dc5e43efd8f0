import type { Project } from '../core/project.ts'
import type { Fields } from '../hogql/fields.ts'
import type { ActionStep } from '../nodes/action.ts'
import type { Operator } from '../nodes/property-filter.ts'
import type { VariableKind } from '../nodes/variable.ts'
import type { PropertyOwner } from '../tree/types.ts'
import type { DateScope } from './dates.ts'

/** The registered type of a property; it decides how values are compared (docs/ingestion-and-entities.md (b)). */
export type PropertyType = 'String' | 'Numeric' | 'Boolean' | 'DateTime' | null

/** A property key that a node names. */
export interface PropertyRef {
  readonly of: PropertyOwner
  readonly key: string
}

/**
 * Types of properties, actions and cohorts that a node names. They are loaded in one call before the node is planned.
 */
export interface QueryContext {
  readonly propertyTypes: ReadonlyMap<string, PropertyType>
  readonly actions: ReadonlyMap<number, ResolvedAction>
  readonly cohorts: ReadonlyMap<number, ResolvedCohort>
  /** By their ids. */
  readonly variables: ReadonlyMap<string, ResolvedVariable>
  /** ISO instant of the first event of the query's series; loaded only if the range starts with it, else null. */
  readonly earliest: string | null
}

/** The inputs that all planners share, beside the node. */
export interface PlanScope {
  readonly project: PlanProject
  readonly context: QueryContext
  /** The instant of the query; relative dates count from it. */
  readonly now: Date
  /** The fields that expressions can name; by default the fields of events. */
  readonly fields?: Fields
  /** How many rows a table may have; of an export, which is no page. */
  readonly mostRows?: number
}
/** The part of a scope that reading dates needs: time zone, first day of the week, now. */
export const dateScope = ({
  project: { timezone, weekStartDay },
  now,
}: Pick<PlanScope, 'project' | 'now'>): DateScope => ({
  timezone,
  weekStartDay,
  now,
})
export type PlanProject = Pick<Project, 'timezone' | 'weekStartDay' | 'testAccountFilters' | 'pathCleaningFilters'>

export interface ResolvedAction {
  readonly name: string
  readonly steps: readonly ActionStep[]
}

export interface ResolvedCohort {
  readonly name: string
  /** The members have been calculated. */
  readonly isCalculated: boolean
  /** The reason if they could not be calculated. */
  readonly error: string | null
}

export interface ResolvedVariable extends VariableKind {
  readonly codeName: string
  readonly defaultValue: unknown
}

/** Actions and cohorts by their names, variables by their ids. */
export interface NamedInTexts {
  readonly actions: readonly string[]
  readonly cohorts: readonly string[]
  readonly variables: readonly string[]
}

/** A name in a node that the context must resolve: a property key, or the id of a cohort. */
export interface Reference {
  readonly of: PropertyOwner | 'cohort'
  readonly key: string
}

/** References as JSON pairs: the form in which contexts are loaded and in which actions and cohorts store theirs. */
export const referencePairs = (refs: readonly Reference[]) => refs.map(({ of, key }) => [of, key] as const)

/**
 * A name that a client gave, of an event (`name`) or of a property; `property`: of events, persons or groups, whichever has
 * it.
 */
export interface GivenName {
  readonly of: 'name' | 'property' | PropertyOwner
  readonly name: string
}

/** A name that nobody ever sent to the project, and names of the same sort that are about as long. */
export interface UnseenName extends GivenName {
  readonly known: readonly string[]
}

/** The names in a node that must be loaded before it can be planned. */
export interface QueryNames {
  readonly references: readonly Reference[]
  readonly actions: readonly number[]
  /** What texts of SQL name otherwise. */
  readonly named?: NamedInTexts
  /**
   * If the range starts with the first event: the names of the events (null: any) to look for, beside the events of
   * `actions`; else null.
   */
  readonly earliestOf: readonly (string | null)[] | null
  /** Events whose row counts help an engine to choose its strategy. */
  readonly counted: CountedEvents | null
  /** Names of which the answer says so if nobody ever sent them. */
  readonly given?: readonly GivenName[]
}

/** Names of events whose rows are counted (null: all), and the first and last local day (`YYYY-MM-DD`) to count. */
export interface CountedEvents {
  readonly events: readonly string[] | null
  readonly from: string
  readonly to: string
}

/** The key of a property in `propertyTypes` of the context. */
export const propertyTypeKey = (ref: Reference) => `${ref.of}:${ref.key}`

/** Operators that compare by the registered type; the others work on text. */
export const TYPED_OPERATORS: readonly Operator[] = [
  'exact',
  'is_not',
  'in',
  'not_in',
  'gt',
  'gte',
  'lt',
  'lte',
  'min',
  'max',
  'between',
  'not_between',
]
