import type { ViewerSecret } from '../store/viewer-secrets.ts'
import { type RecordEntry, recordKey } from './record.ts'

/** The secrets that the tokens of a project's viewers are checked with. `version`: of their last change; 0 for a reader, who does not know it. */
export const viewerSecretsRecord = (
  projectId: number,
  secrets: readonly ViewerSecret[],
  version: number,
): RecordEntry => ({ key: recordKey.viewerSecrets(projectId), version, value: secrets })
