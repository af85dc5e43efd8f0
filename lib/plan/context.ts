import type { Project } from '../core/project.ts'
import type { Fields } from '../hogql/fields.ts'
import type { ActionStep } from '../nodes/action.ts'
import type { Operator } from '../nodes/property-filter.ts'
import type { PropertyOwner } from '../tree/types.ts'
import type { DateScope } from './dates.ts'

/** The registered type of a property; it decides how values are compared (docs/ingestion-and-entities.md (b)). */
export type PropertyType = 'String' | 'Numeric' | 'Boolean' | 'DateTime' | null

/** A property key that a node names. */
export interface PropertyRef {
  readonly of: PropertyOwner
  readonly key: string
}

/** What the database knows of the names in a node, loaded in one call before planning. */
export interface QueryContext {
  readonly propertyTypes: ReadonlyMap<string, PropertyType>
  readonly actions: ReadonlyMap<number, ResolvedAction>
  readonly cohorts: ReadonlyMap<number, ResolvedCohort>
  /** ISO instant of the first event of the query's series; known where a range starts with it. */
  readonly earliest: string | null
}

/** What every part of a plan is made with. */
export interface PlanScope {
  readonly project: PlanProject
  readonly context: QueryContext
  /** The clock's time of the query: relative dates count from it. */
  readonly now: Date
  /** What expressions may name; the fields of events unless given. */
  readonly fields?: Fields
}
/** Where and when dates of the query are read. */
export const dateScope = ({
  project: { timezone, weekStartDay },
  now,
}: Pick<PlanScope, 'project' | 'now'>): DateScope => ({
  timezone,
  weekStartDay,
  now,
})
export type PlanProject = Pick<Project, 'timezone' | 'weekStartDay' | 'testAccountFilters'>

export interface ResolvedAction {
  readonly name: string
  readonly steps: readonly ActionStep[]
}

export interface ResolvedCohort {
  readonly name: string
  /** Its members are known. */
  readonly isCalculated: boolean
  /** Why they are not. */
  readonly error: string | null
}

/** What a node names: property keys, and cohorts by their id. */
export interface Reference {
  readonly of: PropertyOwner | 'cohort'
  readonly key: string
}

/** References as JSON: what contexts are asked with, and what actions and cohorts store. */
export const referencePairs = (refs: readonly Reference[]) => refs.map(({ of, key }) => [of, key] as const)

/** What is to be loaded for a plan. */
export interface QueryNames {
  readonly references: readonly Reference[]
  readonly actions: readonly number[]
  /** Names of events (null: any), when the first of them and of the actions' is asked for. */
  readonly earliestOf: readonly (string | null)[] | null
  /** Events whose numbers an engine may choose its way by. */
  readonly counted: CountedEvents | null
}

/** Names of events whose rows are to be counted, and local days, both included. */
export interface CountedEvents {
  readonly events: readonly string[]
  readonly from: string
  readonly to: string
}

/** Key of `propertyTypes`. */
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
