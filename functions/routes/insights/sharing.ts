import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import { changeSharing, readSharing, refreshSharing } from '../../../lib/resources/sharing/insight-link.ts'
import { type SharingBody, sharingBody } from '../../../lib/resources/sharing/settings.ts'
import { type Params, type Route, type RouteInput, route } from '../../route.ts'

const PATH = '/api/projects/:project_id/insights/:id/sharing'

const read = ({ ctx, params, read }: RouteInput) =>
  readSharing(ctx, { ref: params.id ?? '', recorded: parseRecord(read.texts.get(insightKey(params))) })

const insightKey = ({ project_id = '', id = '' }: Params) => recordKey.insight(project_id, id)

const change = ({ ctx, params, body }: RouteInput<unknown, SharingBody>) =>
  changeSharing(ctx, { ref: params.id ?? '', body })

const refresh = ({ ctx, params }: RouteInput) => refreshSharing(ctx, { ref: params.id ?? '' })

export const sharingRoutes: Route[] = [
  route({
    method: 'get',
    path: PATH,
    scope: 'sharing_configuration:read',
    records: (params) => [insightKey(params)],
    summary: 'Read the sharing link of an insight',
    answer: 'Sharing',
    handler: read,
  }),
  route({
    method: 'patch',
    path: PATH,
    scope: 'sharing_configuration:write',
    body: sharingBody,
    summary: 'Turn the sharing link of an insight on or off, and set it',
    answer: 'Sharing',
    handler: change,
  }),
  route({
    method: 'post',
    path: `${PATH}/refresh`,
    scope: 'sharing_configuration:write',
    summary: 'Replace the token of a sharing link',
    answer: 'Sharing',
    handler: refresh,
  }),
]
