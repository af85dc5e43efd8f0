import * as z from 'zod'
import { parseRecord, recordKey } from '../../../lib/records/record.ts'
import { bool } from '../../../lib/resources/fields.ts'
import { changeSharing, readSharing, refreshSharing } from '../../../lib/resources/sharing/change.ts'
import type { InsightRow } from '../../../lib/store/insights.ts'
import type { SharingRow } from '../../../lib/store/sharing.ts'
import { type Route, type RouteInput, route } from '../../route.ts'

const PATH = '/api/projects/:project_id/insights/:id/sharing'

const sharingBody = z.object({ enabled: bool.optional() })

const present = ({ created_at, enabled, access_token }: SharingRow) => ({ created_at, enabled, access_token })

const requestOf = ({ project, caller, params, records }: RouteInput<unknown, unknown>) => ({
  project,
  caller,
  ref: params.id ?? '',
  recorded: parseRecord<InsightRow>(records[0]),
})

export const sharingRoutes: Route[] = [
  route({
    method: 'get',
    path: PATH,
    scope: 'sharing_configuration:read',
    records: ({ project_id, id }) => [recordKey.insight(project_id ?? '', id ?? '')],
    summary: 'Read the sharing link of an insight',
    answer: 'Sharing',
    handler: async (input) => present(await readSharing(input.services, requestOf(input))),
  }),
  route({
    method: 'patch',
    path: PATH,
    scope: 'sharing_configuration:write',
    body: sharingBody,
    summary: 'Turn the sharing link of an insight on or off',
    answer: 'Sharing',
    handler: async (input) => present(await changeSharing(input.services, requestOf(input), input.body.enabled)),
  }),
  route({
    method: 'post',
    path: `${PATH}/refresh`,
    scope: 'sharing_configuration:write',
    summary: 'Replace the token of a sharing link',
    answer: 'Sharing',
    handler: async (input) => present(await refreshSharing(input.services, requestOf(input))),
  }),
]
