/** The inputs of the use cases of dashboards. */
import * as z from 'zod/mini'
import { invalid } from '../../core/errors.ts'
import { withoutUndefined } from '../../core/json.ts'
import { type DashboardChanges, MAX_TILES, type TileChanges } from '../../store/dashboards.ts'
import { bool, choice, int32, list, nullable, object, refreshParameters, tagList, text } from '../fields.ts'
import { checkFilters } from '../insights/narrowing.ts'

const MAX_CHARACTERS = 64_000

export const dashboardListParameters = z.object({ search: z.optional(text()), pinned: z.optional(bool) })
export type DashboardListParameters = z.infer<typeof dashboardListParameters>

/** The parameters of reading one dashboard. */
export const dashboardParameters = z.object({
  ...refreshParameters,
  filters_override: z.optional(z.string().check(z.meta({ description: 'Dashboard filters as JSON.' }))),
  variables_override: z.optional(z.string().check(z.meta({ description: 'Variables as JSON.' }))),
})
export type DashboardParameters = z.infer<typeof dashboardParameters>

/** Filters, variables, places. Bounded, since a dashboard is read whole. */
const settings = object.check(
  z.refine((value) => JSON.stringify(value).length <= MAX_CHARACTERS, {
    message: `Ensure this field has no more than ${MAX_CHARACTERS} characters as JSON.`,
    params: { code: 'max_length' },
  }),
)

const tile = z.object({
  id: z.optional(nullable(int32)),
  layouts: z.optional(nullable(settings)),
  color: z.optional(nullable(text(400))),
  show_description: z.optional(nullable(bool)),
  filters_overrides: z.optional(nullable(settings)),
  text: z.optional(nullable(z.looseObject({ body: z.optional(nullable(text(4_000))) }))),
  deleted: z.optional(bool),
})

/** What a client may write; other keys are ignored. */
export const dashboardBody = z.object({
  name: z.optional(nullable(text(400))),
  description: z.optional(text(10_000)),
  pinned: z.optional(bool),
  tags: z.optional(tagList),
  filters: z.optional(nullable(settings)),
  variables: z.optional(nullable(settings)),
  breakdown_colors: z.optional(nullable(list(settings, MAX_TILES))),
  data_color_theme_id: z.optional(nullable(int32)),
  restriction_level: z.optional(choice([21, 37])),
  deleted: z.optional(bool),
  tiles: z.optional(list(tile, MAX_TILES)),
  use_template: z.optional(nullable(text(400))),
  use_dashboard: z.optional(nullable(int32)),
})

export type DashboardBody = z.infer<typeof dashboardBody>

/** The fields that the body has. */
export function changesOf(body: DashboardBody): DashboardChanges {
  const { tiles: _tiles, use_template: _template, use_dashboard: _dashboard, ...fields } = body
  const { filters, variables, breakdown_colors: colors } = fields
  return withoutUndefined({
    ...fields,
    filters: filters === null ? {} : filters,
    variables: variables === null ? {} : variables,
    breakdown_colors: colors === null ? [] : colors,
  })
}

export interface TileInput extends TileChanges {
  /** null: a new tile, which is a text. */
  readonly id: number | null
}

/** Changed tiles, and new ones, which are texts. Throws 400 for a new tile without a text. */
export function tilesOf({ tiles = [] }: DashboardBody): TileInput[] {
  return tiles.map(({ id = null, text: written, ...fields }, index) => {
    if (id === null && !written?.body) throw invalid(`tiles__${index}__text`, 'A new tile needs a text.', 'required')
    if (fields.filters_overrides) checkFilters(fields.filters_overrides, `tiles__${index}__filters_overrides`)
    const layouts = fields.layouts === null ? {} : fields.layouts
    return {
      id,
      ...withoutUndefined({ ...fields, layouts }),
      ...(written?.body === undefined ? {} : { body: written.body }),
    }
  })
}
