/** A project as every stage knows it: from its Redis record, else from Postgres. */
export interface Project {
  readonly id: number
  readonly organizationId: string
  readonly name: string
  readonly apiToken: string
  /** IANA name. */
  readonly timezone: string
  /** 0 = weeks start on Sunday, 1 = on Monday. */
  readonly weekStartDay: 0 | 1
  /** PostHog property filters, as stored. */
  readonly testAccountFilters: readonly unknown[]
  /** The rules that clean the items of paths, as stored. */
  readonly pathCleaningFilters: readonly unknown[]
  /** Moves with every change of the project, an action, a cohort, a slot or a property type. */
  readonly configVersion: number
  /** The event property in each hot slot of the events table; capture fills the slots. */
  readonly slotKeys: readonly (string | null)[]
}

/** The same project as somebody sees it who counts days in a zone of their own; null: in that of the project. */
export const inZone = (project: Project, timezone: string | null): Project =>
  timezone === null || timezone === project.timezone ? project : { ...project, timezone }
