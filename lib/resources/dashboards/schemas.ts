/** The inputs of the use cases of dashboards. */
import * as z from 'zod'
import { invalid } from '../../core/errors.ts'
import { withoutUndefined } from '../../core/json.ts'
import { type DashboardChanges, MAX_TILES, type TileChanges } from '../../store/dashboards.ts'
import { bool, choice, int32, list, nullable, object, REFRESH, tagList, text } from '../fields.ts'
import { checkFilters } from '../insights/narrowing.ts'

const MAX_CHARACTERS = 64_000

export const dashboardListParameters = z.object({ search: text().optional(), pinned: bool.optional() })
export type DashboardListParameters = z.infer<typeof dashboardListParameters>

/** The parameters of reading one dashboard. */
export const dashboardParameters = z.object({
  refresh: z.string().meta({ description: REFRESH }).optional(),
  filters_override: z.string().meta({ description: 'Dashboard filters as JSON.' }).optional(),
  variables_override: z.string().meta({ description: 'Variables as JSON.' }).optional(),
})
export type DashboardParameters = z.infer<typeof dashboardParameters>

/** Filters, variables, places. Bounded, since a dashboard is read whole. */
const settings = object.refine((value) => JSON.stringify(value).length <= MAX_CHARACTERS, {
  message: `Ensure this field has no more than ${MAX_CHARACTERS} characters as JSON.`,
  params: { code: 'max_length' },
})

const tile = z.object({
  id: nullable(int32).optional(),
  layouts: nullable(settings).optional(),
  color: nullable(text(400)).optional(),
  show_description: nullable(bool).optional(),
  filters_overrides: nullable(settings).optional(),
  text: nullable(z.looseObject({ body: nullable(text(4_000)).optional() })).optional(),
  deleted: bool.optional(),
})

/** What a client may write; other keys are ignored. */
export const dashboardBody = z.object({
  name: nullable(text(400)).optional(),
  description: text(10_000).optional(),
  pinned: bool.optional(),
  tags: tagList.optional(),
  filters: nullable(settings).optional(),
  variables: nullable(settings).optional(),
  breakdown_colors: nullable(list(settings, MAX_TILES)).optional(),
  data_color_theme_id: nullable(int32).optional(),
  restriction_level: choice([21, 37]).optional(),
  deleted: bool.optional(),
  tiles: list(tile, MAX_TILES).optional(),
  use_template: nullable(text(400)).optional(),
  use_dashboard: nullable(int32).optional(),
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
