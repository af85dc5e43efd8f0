import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import { changeSharing, readSharing, refreshSharing } from '../../../lib/resources/sharing/insight-link.ts'
import type { Params } from '../../route.ts'
import { sharingRoutesOf } from '../sharing.ts'

const insightKey = ({ project_id = '', id = '' }: Params) => recordKey.insight(project_id, id)

export const sharingRoutes = sharingRoutesOf('/api/projects/:project_id/insights/:id', 'an insight', {
  records: (params) => [insightKey(params)],
  read: ({ ctx, params, read }) =>
    readSharing(ctx, { ref: params.id ?? '', recorded: parseRecord(read.texts.get(insightKey(params))) }),
  change: ({ ctx, params, body }) => changeSharing(ctx, { ref: params.id ?? '', body }),
  refresh: ({ ctx, params }) => refreshSharing(ctx, { ref: params.id ?? '' }),
})
