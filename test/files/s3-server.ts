import S3rver from 's3rver'

/**
 * A local S3 server with one bucket in the folder of the first argument; says its port to the parent. A process of its own:
 * what it is made of turns strings into code, which the tests' process refuses.
 */
const server = new S3rver({
  port: 0,
  address: '127.0.0.1',
  silent: true,
  directory: process.argv[2] ?? '',
  configureBuckets: [{ name: 'files', configs: [] }],
})
const { port } = await server.run()
process.send?.(port)
process.once('disconnect', () => process.exit())
