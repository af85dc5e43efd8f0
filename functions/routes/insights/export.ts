import type { Context } from 'hono'
import type { QueryAnswer } from '../../../lib/cache/answer.ts'
import { resultTable } from '../../../lib/render/csv.ts'
import type { Services } from '../../../lib/services.ts'
import type { AppEnv } from '../../context.ts'
import { csvResponse } from '../../format.ts'

/** The table of a legacy answer, as PostHog names the file and links the insight (contract/insights.md 13). */
export function exportCsv(c: Context<AppEnv>, { env }: Services, kind: string, { entry }: QueryAnswer): Response {
  const { export_name: name, export_insight_id: id } = c.req.query()
  const range = entry?.response.resolved_date_range
  const days = range ? ` (${range.date_from.slice(0, 10)} - ${range.date_to.slice(0, 10)})` : ''
  const table = resultTable(kind, entry?.response.results)
  const link = id && /^\w+$/.test(id) ? [[`${env.PUBLIC_URL}/insights/${id}/`]] : []
  return csvResponse(c, `${slug(name) || 'export'}${days} from PostHog`, [...link, ...table])
}

const slug = (text = '') =>
  text
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/[\s-]+/g, '-')
