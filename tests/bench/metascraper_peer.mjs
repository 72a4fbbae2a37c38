// The peer of bench_previews: metascraper behind the same lines that `relay preview
// --jsonl` speaks. Run in the folder where its packages are installed.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { join } from 'node:path'

const FIELDS = ['author', 'date', 'description', 'image', 'lang', 'publisher', 'title', 'url']
const require = createRequire(join(process.cwd(), 'package.json'))
const scrape = require('metascraper')(FIELDS.map(name => require(`metascraper-${name}`)()))

for await (const line of createInterface({ input: process.stdin })) {
  const { url, file } = JSON.parse(line)
  const html = readFileSync(file, 'utf8')
  const begun = process.hrtime.bigint()
  let facts = {}
  try {
    facts = await scrape({ url, html })
  } catch (error) {
    facts = { _err: String(error) }
  }
  const ms = Number(process.hrtime.bigint() - begun) / 1e6
  process.stdout.write(JSON.stringify({ ...facts, _ms: ms }) + '\n')
}
