import * as z from 'zod'
import { invalid } from '../../../lib/core/errors.ts'
import type { TileInput } from '../../../lib/resources/dashboards.ts'
import { bool, choice, int32, list, nullable, object, tagList, text } from '../../../lib/resources/fields.ts'
import { checkFilters } from '../../../lib/resources/insights/narrowing.ts'
import { type DashboardChanges, MAX_TILES } from '../../../lib/store/dashboards.ts'

const MAX_CHARACTERS = 64_000

/** Filters, variables, places: a dashboard is read whole. */
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

/** The given fields only. */
export function changesOf(body: DashboardBody): DashboardChanges {
  const { tiles: _tiles, use_template: _template, use_dashboard: _dashboard, ...fields } = body
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  if (given.filters === null) given.filters = {}
  if (given.variables === null) given.variables = {}
  if (given.breakdown_colors === null) given.breakdown_colors = []
  return given
}

/** Tiles that are changed, and new ones, which are texts. Throws a 400 for one that is neither. */
export function tilesOf({ tiles = [] }: DashboardBody): TileInput[] {
  return tiles.map(({ id = null, text: written, ...fields }, index) => {
    if (id === null && !written?.body) throw invalid(`tiles__${index}__text`, 'A new tile needs a text.', 'required')
    if (fields.filters_overrides) checkFilters(fields.filters_overrides, `tiles__${index}__filters_overrides`)
    const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
    if (given.layouts === null) given.layouts = {}
    return { id, ...given, ...(written?.body === undefined ? {} : { body: written.body }) }
  })
}
