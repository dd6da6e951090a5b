// Bluesky's own software from @atproto/dev-env: PLC directory, PDS and AppView, without Ozone and Redis.
// usage: DB_POSTGRES_URL=… TMPDIR=… NODE_PATH=… node bluesky.cjs PDS_PORT APPVIEW_PORT CONTROL_PORT
// The control port takes POST /processed, /appview/stop, /appview/start and answers once that is so.
const http = require('node:http')
const net = require('node:net')

// Every listener on 127.0.0.1, whatever the package asks for: it calls listen(port) and listen({ port }).
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (first, ...rest) {
  const options = typeof first === 'object' && first !== null ? first : { port: Number(first) }
  return listen.call(this, { ...options, host: '127.0.0.1' }, rest.find((arg) => typeof arg === 'function'))
}
require('node:dns').setDefaultResultOrder('ipv4first') // it calls itself "localhost"

// By module, because the package's index also loads Ozone.
const { TestPlc } = require('@atproto/dev-env/dist/plc')
const { TestPds } = require('@atproto/dev-env/dist/pds')
const { TestBsky } = require('@atproto/dev-env/dist/bsky')
const { mockNetworkUtilities } = require('@atproto/dev-env/dist/util')

const [pdsPort, appviewPort, controlPort] = process.argv.slice(2).map(Number)

async function main() {
  const plc = await TestPlc.create({})
  const bsky = await TestBsky.create({
    port: appviewPort,
    publicUrl: `http://127.0.0.1:${appviewPort}`, // the addresses of pictures begin with it
    plcUrl: plc.url,
    pdsPort,
    repoProvider: `ws://localhost:${pdsPort}`,
    dbPostgresUrl: process.env.DB_POSTGRES_URL,
    dbPostgresSchema: 'appview',
  })
  const pds = await TestPds.create({
    port: pdsPort,
    didPlcUrl: plc.url,
    bskyAppViewUrl: bsky.url,
    bskyAppViewDid: bsky.ctx.cfg.serverDid,
  })
  mockNetworkUtilities(pds, bsky) // handles ending in .test are resolved at the PDS instead of by DNS

  // What TestNetwork.processAll does: until the AppView has read everything the PDS has told.
  async function processed() {
    await pds.processAll()
    const last = await pds.ctx.sequencer.curr()
    for (const end = Date.now() + 30_000; Date.now() < end; ) {
      await bsky.sub.processAll()
      if (!last || (await bsky.sub.runner.getCursor()) >= last) return
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    throw new Error(`event ${last} was not processed within 30 s`)
  }
  const commands = {
    '/processed': processed,
    '/appview/stop': () => bsky.server.terminator.terminate(), // the API only: indexing goes on
    '/appview/start': () => bsky.server.start(),
  }
  http
    .createServer(async (request, response) => {
      try {
        await commands[request.url]()
        response.end()
      } catch (error) {
        response.writeHead(500).end(String(error.stack))
      }
    })
    .listen(controlPort)
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
