/** Takes dashboards over with their insights, texts and places. */
import { isObject, type Json } from '../../lib/core/json.ts'
import { withNewIds } from './references.ts'
import { hasId, type Import, nameOf, pick, take } from './resources.ts'

interface Dashboard {
  readonly item: Json
  readonly tiles: readonly Json[]
}

/** Dashboards and insights: those that were saved, and all that are on a dashboard. */
export async function takeDashboards(to: Import): Promise<void> {
  const dashboards: Dashboard[] = []
  for await (const { id, deleted } of to.source.items('dashboards/')) {
    if (deleted) continue
    const item = await to.source.get(`dashboards/${id}/?refresh=force_cache`)
    const tiles = Array.isArray(item.tiles) ? item.tiles.filter(isObject) : []
    const body = () => pick(item, 'name', 'description', 'tags', 'pinned', 'filters', 'variables', 'restriction_level')
    const taken = await take(to, 'dashboards', item, () => withNewIds(body(), to.state.idOf))
    if (taken) dashboards.push({ item, tiles })
  }
  await takeInsights(to, dashboards)
  for (const dashboard of dashboards) await layOut(to, dashboard)
}

async function takeInsights(to: Import, dashboards: readonly Dashboard[]): Promise<void> {
  const placed = new Map<string, Json>()
  const places = new Map<string, unknown[]>()
  for (const { item, tiles } of dashboards)
    for (const { insight } of tiles) {
      if (!hasId(insight)) continue
      placed.set(String(insight.id), insight)
      places.set(String(insight.id), [...(places.get(String(insight.id)) ?? []), item.id])
    }
  for await (const item of to.source.items('insights/?saved=true&basic=true')) placed.set(String(item.id), item)
  for (const [id, item] of placed) if (!item.deleted) await takeInsight(to, item, places.get(id) ?? [])
}

const KEPT = ['name', 'derived_name', 'description', 'tags', 'favorited', 'saved', 'refresh_interval']

const takeInsight = (to: Import, item: Json, dashboards: readonly unknown[]) =>
  take(to, 'insights', item, () => ({
    ...pick(item, ...KEPT),
    ...withNewIds(isObject(item.query) ? { query: item.query } : { filters: item.filters }, to.state.idOf),
    dashboards: dashboards.map((id) => to.state.idOf('dashboards', id)),
  }))

/** The places and colours of insights, and the texts. */
async function layOut({ destination, state, report }: Import, { item, tiles }: Dashboard): Promise<void> {
  const { laidOut } = state.saved
  const id = String(item.id)
  if (laidOut.includes(id) || tiles.length === 0) return
  const path = `dashboards/${state.idOf('dashboards', id)}/?refresh=force_cache`
  const { tiles: made } = await destination.get(path)
  const tileOf = new Map<unknown, unknown>()
  for (const tile of Array.isArray(made) ? made.filter(isObject) : [])
    if (isObject(tile.insight)) tileOf.set(tile.insight.id, tile.id)
  const changes = tiles.flatMap((tile): Json[] => {
    const look = pick(tile, 'layouts', 'color', 'show_description', 'filters_overrides')
    if (hasId(tile.insight)) {
      const own = tileOf.get(state.idOf('insights', tile.insight.id))
      return own === undefined ? [] : [{ id: own, ...look }]
    }
    if (isObject(tile.text) && tile.text.body) return [{ ...look, text: { body: tile.text.body } }]
    report.leave('tile', nameOf(item), 'it is neither an insight nor a text')
    return []
  })
  // texts are new tiles, so a second run must not send them again
  await destination.patch(path, { tiles: changes })
  laidOut.push(id)
  await state.save()
}

/** Computes what was taken, so that the report says what does not work here. */
export async function checkInsights({ destination, state, report, log }: Import): Promise<void> {
  const ids = Object.values(state.saved.ids.insights)
  log(`computing ${ids.length} insights`)
  for (const id of ids) {
    const insight = await destination.get(`insights/${id}/?refresh=blocking`).catch((error: Error) => error)
    if (insight instanceof Error) report.leave('result of insight', String(id), insight.message)
    else if (isObject(insight.query_status) && insight.query_status.error)
      report.leave('result of insight', nameOf(insight), String(insight.query_status.error_message))
  }
}
