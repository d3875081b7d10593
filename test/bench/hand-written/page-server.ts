import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { Hono } from 'hono'

/** Page, style sheet and script of the page written by hand, compressed beforehand as well as brotli can. */
export async function handWrittenApp(style: Uint8Array): Promise<Hono> {
  const script = await bundleByHand('page.ts')
  const files: readonly (readonly [path: string, type: string, body: Uint8Array])[] = [
    ['/', 'text/html; charset=utf-8', Buffer.from(PAGE)],
    ['/main.css', 'text/css; charset=utf-8', style],
    ['/main.js', 'text/javascript; charset=utf-8', script],
    ['/icon.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ]
  const app = new Hono()
  for (const [path, type, body] of files) {
    const bytes = new Uint8Array(brotliCompressSync(body))
    const headers = {
      'Content-Type': type,
      'Content-Encoding': 'br',
      'Content-Length': String(bytes.length),
      'Cache-Control': path === '/' ? 'no-store' : 'public, max-age=31536000, immutable',
    }
    app.get(path, () => new Response(bytes, { headers }))
  }
  return app
}

/** A script of this folder as any builder would make it. */
export async function bundleByHand(file: string): Promise<Uint8Array> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, file)],
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022'],
    conditions: ['browser', 'production'],
    legalComments: 'none',
    write: false,
  })
  return bundle.outputFiles[0]?.contents ?? new Uint8Array()
}

const PAGE = `<!doctype html>
<html lang="ja">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>ユーザー登録｜施術所等向け総合ポータルサイト</title>
    <link rel="stylesheet" href="/main.css" />
    <link rel="icon" href="/icon.svg" />
    <script type="module" src="/main.js"></script>
  </head>
  <body>
    <a class="skip" href="#main">本文へ移動</a>
    <header class="header">
      <div class="bar">
        <a class="home" href="/treatment/">施術所等向け総合ポータルサイト</a>
        <nav aria-label="メニュー">
          <ul class="entries">
            <li><a href="/treatment/login">ログイン</a></li>
            <li><a href="/treatment/register">新規登録</a></li>
          </ul>
        </nav>
      </div>
    </header>
    <main id="main" tabindex="-1"><registration-page></registration-page></main>
    <footer class="footer">
      <div class="bar">
        <section>
          <h2>お問い合わせ先</h2>
          <dl>
            <div><dt>電話</dt><dd><a href="tel:08000000000">0800-000-0000</a></dd></div>
            <div><dt>受付時間</dt><dd>月曜日～金曜日 8:00～18:00、土曜日 8:00～16:00（日曜日・祝日を除く）</dd></div>
            <div><dt>メール</dt><dd><a href="mailto:contact@example.jp">contact@example.jp</a></dd></div>
          </dl>
        </section>
        <section>
          <h2>各種リンク</h2>
          <ul>
            <li><a href="/treatment/pages/privacy">プライバシーポリシー</a></li>
            <li><a href="/treatment/pages/terms">ポータルサイト利用規約</a></li>
          </ul>
        </section>
      </div>
      <p class="bar operator">サンプル運営機構</p>
    </footer>
  </body>
</html>
`
