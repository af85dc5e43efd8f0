import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { temporaryFolder } from '../test/support/temporary.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Kilobytes of the worker as it is deployed, gzipped. */
export async function measureBundle(): Promise<number> {
  const { folder, remove } = await temporaryFolder()
  try {
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js')
    execFileSync(process.execPath, [wrangler, 'deploy', '--dry-run', '--minify', '--outdir', folder], {
      cwd: ROOT,
      stdio: 'ignore',
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    })
    return gzipSync(readFileSync(join(folder, 'index.js'))).length / 1024
  } finally {
    await remove()
  }
}
