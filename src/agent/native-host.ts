/**
 * The program the browser starts for each reading: `native-host.ts FOLDER CALLER`. It is apart from the verbs because a
 * person waits for it, and loading all of those takes longer than everything it does.
 */
import { EXTENSION_ID, runNativeHost, socketPath } from './native.ts'

const [folder = '', caller] = process.argv.slice(2)
if (caller === `chrome-extension://${EXTENSION_ID}/`)
  await runNativeHost(socketPath(folder, process.platform), process.stdin, process.stdout)
else {
  process.stderr.write(
    'ブラウザーの拡張機能だけが始められます。npx madoguchi agent を使ってください。 Only the browser extension may start this. Use npx madoguchi agent.\n',
  )
  process.exitCode = 2
}
