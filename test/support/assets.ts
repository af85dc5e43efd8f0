/** Files in public/ that change make wrangler start its worker again: they are made before the first of them runs. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

export default async function makeAssets(): Promise<void> {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL('../../local/assets.ts', import.meta.url))])
}
