import { serve } from '@hono/node-server'
import { Hono } from 'hono'

/** What any server of this kind needs to start: Node, Hono and nothing to serve. */
const app = new Hono()
app.get('/readyz', (context) => context.text('ready'))
const server = serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: 'localhost' })
process.once('SIGTERM', () => server.close())
